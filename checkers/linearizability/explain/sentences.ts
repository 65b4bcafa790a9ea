import type { Operation } from '../../../harness/history/operation.js';
import { describeOperation, isObserver, type AnyModel } from '../../models/model.js';

/** An operation with who did it and when, for sentences; by events where a log tells no times. */
export function introduce(model: AnyModel, operation: Operation): string {
  const { process, startTime, endTime, call } = operation;
  const timeless = startTime === 0 && (endTime === 0 || endTime === Infinity);
  const from = timeless ? `event ${call}` : seconds(startTime);
  const until = timeless ? `event ${operation.return}` : seconds(endTime);
  const when = `${from} to ${endTime === Infinity ? 'never answered' : until}`;
  return `${describeOperation(model, operation)} (process ${process}, ${when})`;
}

/** As in the tables beside the sentence: 4.334 s. */
function seconds(nanoseconds: number): string {
  return `${(nanoseconds / 1e9).toFixed(3)} s`;
}

/**
 * Why an operation that needs one certain state could not find it, where that can be seen from times alone;
 * undefined where it takes more to see.
 */
export function explainByTimes(
  model: AnyModel,
  operations: readonly Operation[],
  needy: Operation,
): string | undefined {
  const needs = model.needs?.(needy);
  if (needs === undefined || needy.return === Infinity) return undefined;
  const wanted = model.stateKey(needs);
  const leaves = (operation: Operation): string | undefined => {
    const state = model.leaves?.(operation);
    return state === undefined ? undefined : model.stateKey(state);
  };
  const updates = operations.filter((each) => each !== needy && !isObserver(model, each));
  // What leaves a state that nobody can name may have left the wanted one.
  if (updates.some((each) => each.call < needy.return && leaves(each) === undefined))
    return undefined;
  const sources = updates.filter((each) => each.call < needy.return && leaves(each) === wanted);
  const isInitial = wanted === model.stateKey(model.initial);
  const what = introduce(model, needy);
  if (sources.length === 0 && !isInitial) {
    return `${what} returned before anything that could leave ${model.describe(needs)} was called.`;
  }
  const barrier = updates.find(
    (each) =>
      each.return < needy.call &&
      leaves(each) !== wanted &&
      sources.every((source) => source.return < each.call),
  );
  if (!barrier) return undefined;
  return (
    `${what} was called after ${introduce(model, barrier)} had been acknowledged, ` +
    `and nothing brought ${model.describe(needs)} back in time.`
  );
}
