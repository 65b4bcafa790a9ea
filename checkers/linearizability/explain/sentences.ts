import type { Operation } from '../../../harness/history/operation.js';
import { formatTime } from '../../../harness/text/time.js';
import { describeOperation, isObserver, type AnyModel } from '../../models/model.js';

/** An operation with who did it and when, for sentences; by events where a log tells no times. */
export function introduce(model: AnyModel, operation: Operation): string {
  const { process, node, startTime, endTime, call } = operation;
  const timeless = startTime === 0 && (endTime === 0 || endTime === Infinity);
  const from = timeless ? `event ${call}` : formatTime(startTime);
  const until = timeless ? `event ${operation.return}` : formatTime(endTime);
  const when = `${from} to ${endTime === Infinity ? 'never answered' : until}`;
  const who = node === undefined ? `process ${process}` : `process ${process} on ${node}`;
  return `${describeOperation(model, operation)} (${who}, ${when})`;
}

/**
 * Why an operation that needs one certain state could not find it, where that can be seen from times alone;
 * undefined where it takes more to see. Of the reasons that there are, one is told that the reader sees.
 *
 * @param operations all that were called before `needy` returned, or more: what is left out cannot have left a state
 * @param shown those of them that are shown beside the sentence
 */
export function explainByTimes(
  model: AnyModel,
  operations: readonly Operation[],
  needy: Operation,
  shown: readonly Operation[] = [],
): string | undefined {
  const needs = model.needs?.(needy);
  if (needs === undefined || needy.return === Infinity) return undefined;
  const wanted = model.stateKey(needs);
  const leaves = (operation: Operation): string | undefined =>
    keyOf(model, model.leaves?.(operation));
  const earlier = operations.filter(
    (each) => each !== needy && each.call < needy.return && !isObserver(model, each),
  );
  // What leaves a state that nobody can name may have left the wanted one.
  if (earlier.some((each) => leaves(each) === undefined)) return undefined;
  const sources = earlier.filter((each) => leaves(each) === wanted);
  const what = introduce(model, needy);
  if (sources.length === 0 && wanted !== model.stateKey(model.initial)) {
    return `${what} returned before anything that could leave ${model.describe(needs)} was called.`;
  }
  const lastSource = sources.reduce((last, source) => Math.max(last, source.return), -1);
  const isBetween = (each: Operation): boolean =>
    each.call > lastSource && each.return < needy.call;
  const barrier =
    findOther(model, wanted, shown.filter(isBetween)) ??
    findOther(model, wanted, operations.filter(isBetween));
  if (!barrier) return undefined;
  const asked = isObserver(model, needy) ? 'shows an older state: it was called' : 'was called';
  const ended = isObserver(model, barrier) ? 'answered' : 'acknowledged';
  return (
    `${what} ${asked} after ${introduce(model, barrier)} had been ${ended}, ` +
    `and nothing brought ${quotePhrase(model.describe(needs))} back in time.`
  );
}

/** A state of several words, as "held by process 3", would be lost in a sentence. */
function quotePhrase(state: string): string {
  return state.includes(' ') ? `“${state}”` : state;
}

/** What left another state than the wanted one or, where nothing did, what saw another. */
function findOther(
  model: AnyModel,
  wanted: string,
  operations: readonly Operation[],
): Operation | undefined {
  const isOther = (state: unknown): boolean => (keyOf(model, state) ?? wanted) !== wanted;
  return (
    operations.find((each) => !isObserver(model, each) && isOther(model.leaves?.(each))) ??
    operations.find((each) => isObserver(model, each) && isOther(model.needs?.(each)))
  );
}

function keyOf(model: AnyModel, state: unknown): string | undefined {
  return state === undefined ? undefined : model.stateKey(state);
}
