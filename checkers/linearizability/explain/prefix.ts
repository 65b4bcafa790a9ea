import type { Operation } from '../../../harness/history/operation.js';
import { isObserver, type AnyModel } from '../../models/model.js';
import type { Judge } from './judge.js';

/** A history as it was at a moment: what had not returned is open, and says nothing where it is a read. */
export function cutAt(
  model: AnyModel,
  operations: readonly Operation[],
  position: number,
): Operation[] {
  const cut: Operation[] = [];
  for (const operation of operations) {
    if (operation.call >= position) continue;
    if (operation.return < position || operation.return === Infinity) cut.push(operation);
    else if (!isObserver(model, operation)) {
      cut.push({ ...operation, type: 'info', return: Infinity, endTime: Infinity });
    }
  }
  return cut;
}

/**
 * The return that cannot be explained: the first one after which the history is invalid. Asks about
 * prefixes, in growing strides from where the engine got stuck (or, without that, back from `latest`), then
 * by bisection. Undefined where time runs out.
 *
 * @param stuckAt a position up to which the history is known to be valid, where that is known
 * @param latest a position of which it is known that the history is invalid with all that returned by then
 */
export function findFirstFailure(
  judge: Judge,
  operations: readonly Operation[],
  stuckAt: number | undefined,
  latest: number,
): Operation | undefined {
  const returned = operations
    .filter((each) => each.return >= (stuckAt ?? 0) && each.return <= latest)
    .sort((a, b) => a.return - b.return);
  // Invariant: with returned[high] the history is invalid, with everything before returned[low] valid.
  let low = 0;
  let high = returned.length - 1;
  for (let stride = 1; low < high; stride *= 2) {
    const isGalloping = stride < high - low;
    const galloped = stuckAt === undefined ? high - stride : low + stride - 1;
    const middle = isGalloping ? galloped : (low + high) >> 1;
    const { verdict } = judge.ask(cutAt(judge.model, operations, returned[middle].return + 1));
    if (verdict === 'unknown') return undefined;
    if (verdict === 'invalid') high = middle;
    else low = middle + 1;
  }
  return returned[high];
}
