import type { Generator, Next, Source, ThreadId } from '../contracts/generator.js';
import type { Random } from '../environment/random.js';
import { DONE, perThread } from './source.js';

/** A generator and how often it is chosen, relative to the others. */
export interface MixEntry {
  weight: number;
  generator: Generator;
}

/** What one thread still has to choose from, and what it has chosen already. */
interface Choice {
  random: Random;
  left: { weight: number; source: Source }[];
  chosen?: Source;
}

/**
 * Each operation comes from one of several generators, thrown for by each thread on its own. One that
 * has ended is not chosen any more; all ended, the mix has.
 *
 *     mix([{ weight: 3, generator: reads }, { weight: 1, generator: writes }])
 */
export function mix(entries: readonly MixEntry[]): Generator {
  const used = entries.filter(({ weight }) => weight > 0);
  return {
    start: (random, threads) => {
      const sources = used.map(({ weight, generator }, i) => ({
        weight,
        source: generator.start(random.fork(`choice ${i}`), threads),
      }));
      const choices = perThread<Choice>((thread) => ({
        random: random.fork(`thread ${thread}`),
        left: [...sources],
      }));
      return {
        next: (thread, time) => nextOf(choices(thread), thread, time),
        observe: (event, thread) => {
          for (const { source } of sources) source.observe?.(event, thread);
        },
      };
    },
  };
}

function nextOf(choice: Choice, thread: ThreadId, time: number): Next {
  while (choice.left.length > 0) {
    // A choice stands until it brings an operation: being asked again must not draw again.
    const chosen = (choice.chosen ??= choose(choice));
    const next = chosen.next(thread, time);
    if (next.kind === 'pending' || next.kind === 'waiting') return next;
    choice.chosen = undefined;
    if (next.kind === 'operation') return next;
    choice.left = choice.left.filter(({ source }) => source !== chosen);
  }
  return DONE;
}

function choose({ random, left }: Choice): Source {
  const total = left.reduce((sum, { weight }) => sum + weight, 0);
  let point = random.next() * total;
  const entry = left.find(({ weight }) => (point -= weight) < 0);
  return (entry ?? left[left.length - 1]).source;
}
