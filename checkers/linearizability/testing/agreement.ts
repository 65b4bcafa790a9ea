import { createRandom } from '../../../harness/environment/random.js';
import { createRealClock } from '../../../harness/environment/real.js';
import type { HistoryEvent } from '../../../harness/history/event.js';
import type { Operation } from '../../../harness/history/operation.js';
import type { Verdict } from '../../../harness/verdict.js';
import type { AnyModel } from '../../models/model.js';
import { decide, ENGINES } from '../engines/decide.js';
import { Frontier } from '../online/frontier.js';
import { createOnlineChecker, type OnlineViolation } from '../online/online-checker.js';
import { bruteForce } from './brute-force.js';
import { bounded, isLinearization } from './conformance.js';
import { prepared, smallCase } from './cases.js';
import { simulateHistory, type AnySimulator, type HistoryShape } from './simulator.js';

/** Too large for brute force. */
const SHAPES: readonly HistoryShape[] = [
  { operations: 40, processes: 5, crashRate: 0.15, lieRate: 0.02 },
  { operations: 120, processes: 4, crashRate: 0.03, lieRate: 0.004 },
  { operations: 400, processes: 3, crashRate: 0.01, lieRate: 0 },
];

/** Some of these histories are hard: what an engine cannot say in so many steps it need not say. */
const STEPS = 20_000;

/**
 * Asks every engine about one larger history, and replays each witness through the model. Throws an Error
 * where two verdicts differ or a witness is none; gives how many engines said something.
 */
export function compareEngines(model: AnyModel, simulator: AnySimulator, seed: number): number {
  const shape = SHAPES[seed % SHAPES.length];
  const operations = prepared(model, simulateHistory(simulator, shape, createRandom(seed)));
  const verdicts = new Map<string, string>();
  for (const engine of Object.values(ENGINES)) {
    if (!engine.serves(model)) continue;
    const answer = engine.check({ model, operations }, bounded(STEPS));
    if (answer.verdict === 'unknown' || answer.verdict === 'declined') continue;
    verdicts.set(engine.name, answer.verdict);
    const order = answer.verdict === 'valid' ? answer.linearization?.() : undefined;
    if (order && !isLinearization(model, operations, Array.from(order)))
      throw new Error(`seed ${seed}: the witness of ${engine.name} is none`);
  }
  if (new Set(verdicts.values()).size > 1) {
    const said = [...verdicts].map(([engine, verdict]) => `${engine}: ${verdict}`);
    throw new Error(`seed ${seed}: engines disagree, ${said.join(', ')}`);
  }
  return verdicts.size;
}

/** Holds the frontier against brute force on small histories; throws an Error where they differ. */
export function compareFrontier(
  model: AnyModel,
  simulator: AnySimulator,
  cases: number,
  firstSeed = 0,
): void {
  for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
    const operations = smallCase(model, simulator, seed);
    const isPossible = followFrontier(model, operations);
    const expected = bruteForce(model, operations);
    if (isPossible !== expected) {
      throw new Error(`seed ${seed}: the frontier says ${isPossible}, expected ${expected}`);
    }
  }
}

function followFrontier(model: AnyModel, operations: readonly Operation[]): boolean {
  const frontier = new Frontier(model, 1e6);
  for (const { index, type } of eventsOf(operations)) {
    const operation = operations.find((each) => each.call === index || each.return === index);
    if (operation && type === 'invoke') frontier.call(operation);
    else if (operation && frontier.return(operation) !== true) return false;
  }
  return true;
}

/**
 * Judges a history while it is made and afterwards; throws an Error where the verdicts differ, or where a
 * violation was not told exactly once. Gives the verdict.
 */
export async function compareOnline(
  model: AnyModel,
  simulator: AnySimulator,
  shape: HistoryShape,
  seed: number,
): Promise<Verdict> {
  const operations = simulateHistory(simulator, shape, createRandom(seed));
  const violations: OnlineViolation[] = [];
  const online = createOnlineChecker({
    model,
    clock: createRealClock(),
    onViolation: (each) => violations.push(each),
  });
  for (const event of eventsOf(operations)) online.observe(event);
  const verdict = await online.finish();
  const question = { model, operations: prepared(model, operations) };
  const { answer } = decide(question, bounded(100 * STEPS));
  const isTold = violations.length === (verdict === 'invalid' ? 1 : 0);
  const isSame = [verdict, answer.verdict].includes('unknown') || verdict === answer.verdict;
  if (isSame && isTold) return verdict;
  throw new Error(
    `seed ${seed}: ${verdict} while it was made (violations told: ${violations.length}), ` +
      `${answer.verdict} afterwards`,
  );
}

/** The events behind operations, in order; every other crashed one was answered with `info`. */
export function eventsOf(operations: readonly Operation[]): HistoryEvent[] {
  const events = operations.flatMap((operation): HistoryEvent[] => {
    const { process, f, key, input, output, type, call, return: end, error } = operation;
    const of = { process, f, key };
    const invoke: HistoryEvent = { index: call, time: call, ...of, type: 'invoke', value: input };
    const info: HistoryEvent = { index: call + 0.5, time: call, ...of, type: 'info' };
    if (end === Infinity) return call % 2 === 0 ? [invoke, info] : [invoke];
    return [invoke, { index: end, time: end, ...of, type, value: output, error }];
  });
  return events.sort((a, b) => a.index - b.index);
}
