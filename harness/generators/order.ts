import type { Generator, Next, Source, ThreadId } from '../contracts/generator.js';
import type { Random } from '../environment/random.js';
import type { HistoryEvent } from '../history/event.js';
import { DONE, perThread } from './source.js';

/**
 * One after the other, with a barrier: a phase begins when every thread is through with the one before
 * and no operation of it is open.
 *
 *     phases(timeLimit(30_000, load), sleep(5_000), finalReads)
 */
export function phases(...generators: readonly Generator[]): Generator {
  return { start: (random, threads) => new Phases(generators, random, threads) };
}

class Phases implements Source {
  private current = 0;
  private source: Source | undefined;
  /** A thread asks only when its operation has ended, so all waiting means that none is open. */
  private readonly waiting = new Set<ThreadId>();

  constructor(
    private readonly generators: readonly Generator[],
    private readonly random: Random,
    private readonly threads: readonly ThreadId[],
  ) {
    this.source = this.begin();
  }

  next(thread: ThreadId, time: number): Next {
    let moved = false;
    while (this.source && !this.waiting.has(thread)) {
      const next = this.source.next(thread, time);
      if (next.kind === 'pending') return { ...next, moved: moved || next.moved };
      if (next.kind !== 'done') return next;
      this.waiting.add(thread);
      if (this.waiting.size < this.threads.length) break;
      this.waiting.clear();
      this.current++;
      this.source = this.begin();
      moved = true;
    }
    return this.source ? { kind: 'pending', moved } : DONE;
  }

  observe(event: HistoryEvent, thread: ThreadId): void {
    this.source?.observe?.(event, thread);
  }

  private begin(): Source | undefined {
    const { generators, current, random, threads } = this;
    return generators[current]?.start(random.fork(`phase ${current}`), threads);
  }
}

/** One after the other, each thread at its own pace: `sequence(once(create), reads)`. */
export function sequence(...generators: readonly Generator[]): Generator {
  return {
    start: (random, threads) =>
      new Sequence(
        generators.map((generator, i) => generator.start(random.fork(`step ${i}`), threads)),
      ),
  };
}

class Sequence implements Source {
  private readonly places = perThread(() => ({ at: 0 }));

  constructor(private readonly steps: readonly Source[]) {}

  next(thread: ThreadId, time: number): Next {
    for (const place = this.places(thread); place.at < this.steps.length; place.at++) {
      const next = this.steps[place.at].next(thread, time);
      if (next.kind !== 'done') return next;
    }
    return DONE;
  }

  observe(event: HistoryEvent, thread: ThreadId): void {
    for (const step of this.steps) step.observe?.(event, thread);
  }
}
