import { OutOfBudget, type Budget } from '../core/budget.js';
import { fifoOrder } from './collections/fifo-queue.js';
import { growOnlyChain } from './collections/grow-only-set.js';
import { setElements } from './collections/set-elements.js';
import { incrementWindows } from './counting/increment-windows.js';
import type { Answer, Engine, Question } from '../core/engine.js';
import { heldSections } from './locks/held-sections.js';
import { ModelError } from '../core/model-error.js';
import { zones } from './register/engine.js';
import { general } from './search/general.js';
import { justInTime } from './search/just-in-time.js';
import { reportedVersions } from './versions/reported-versions.js';
import { versionOrder } from './versions/version-order.js';

/** The engines, cheapest first; the last one serves every model and never declines. */
export const ENGINES = {
  zones,
  'reported-versions': reportedVersions,
  'version-order': versionOrder,
  'set-elements': setElements,
  'grow-only-chain': growOnlyChain,
  'fifo-order': fifoOrder,
  'increment-windows': incrementWindows,
  'held-sections': heldSections,
  'just-in-time': justInTime,
  general,
} satisfies Record<string, Engine>;

export type EngineName = keyof typeof ENGINES;

/** What was found out about one partition, by which engine, and why that one was asked. */
export interface Decision {
  engine: string;
  why: string;
  answer: Exclude<Answer, { verdict: 'declined' }>;
}

/**
 * Asks the cheapest engine that is right for these operations; where one declines, the next.
 * `only` asks one engine by name, and is `unknown` where that one declines.
 */
export function decide(question: Question, budget: Budget, only?: EngineName): Decision {
  const declined: string[] = [];
  const engines = only === undefined ? Object.values(ENGINES) : [ENGINES[only]];
  for (const engine of engines) {
    if (!engine.serves(question.model)) {
      if (only !== undefined) declined.push(`${engine.name} does not serve the model`);
      continue;
    }
    const before = budget.bytes;
    const answer = ask(engine, question, budget);
    if (answer.verdict !== 'declined') {
      return { engine: engine.name, why: reasonFor(engine, declined), answer };
    }
    declined.push(`${engine.name}: ${answer.why}`);
    budget.release(budget.bytes - before);
  }
  throw new EngineDeclined(declined.join('; '));
}

function ask(engine: Engine, question: Question, budget: Budget): Answer {
  try {
    return engine.check(question, budget);
  } catch (error) {
    if (error instanceof OutOfBudget) {
      return { verdict: 'unknown', reason: budget.stopped ?? 'steps' };
    }
    // A model that throws says nothing about the history.
    if (error instanceof ModelError) {
      return { verdict: 'unknown', reason: 'model', detail: error.message };
    }
    throw error;
  }
}

/** The engine that the user asked for cannot judge this history. */
class EngineDeclined extends Error {
  override readonly name = 'EngineDeclined';
}

function reasonFor(engine: Engine, declined: readonly string[]): string {
  const first = declined.length === 0 ? '' : ` (not ${declined.join('; not ')})`;
  return `${engine.description}${first}`;
}
