import { NOT_HELD } from '../../harness/contracts/operations/families/lock.js';
import type { Operation } from '../../harness/history/operation.js';

/**
 * What clients believed to hold, as acquires and releases that a model of a lock can judge. A client believes to hold
 * a lock from the answer to its `acquire` until it first calls `release`, or is given up.
 */
export function holdings(operations: readonly Operation[]): Operation[] {
  return withoutOpenEnds(asOneRelease(operations.map(endOfHolding)));
}

/**
 * A release that is told that the lock had been lost ends what its caller believed, as one that succeeds. A client
 * whose last operation nobody knows the end of is given up: its lock ends at some time after that, or never.
 */
function endOfHolding(operation: Operation): Operation {
  const { f, type, error } = operation;
  if (f === 'release' && type === 'fail' && error?.code === NOT_HELD) {
    return { ...operation, type: 'ok' };
  }
  const isGivenUp = type === 'info' && f !== 'acquire' && f !== 'release';
  return isGivenUp ? { ...operation, f: 'release', input: null } : operation;
}

/**
 * A release that certainly failed is tried again, and its caller relies on nothing from the first call on: all tries
 * are one release, which ends with the last of them, or nobody knows when.
 */
function asOneRelease(operations: readonly Operation[]): Operation[] {
  const begun = new Map<Operation['process'], Operation>();
  const merged = operations.flatMap((operation) => {
    const { f, type, process } = operation;
    const first = begun.get(process);
    if (f !== 'release') return [operation];
    if (type === 'fail') {
      begun.set(process, first ?? operation);
      return [];
    }
    begun.delete(process);
    return [first ? { ...operation, call: first.call, startTime: first.startTime } : operation];
  });
  const open = [...begun.values()].map((release): Operation => ({
    ...release,
    type: 'info',
    output: undefined,
    return: Infinity,
  }));
  return [...merged, ...open].sort((a, b) => a.call - b.call);
}

/**
 * A client that still holds a lock when the load ends is closed, and its lease runs out while others still wait: until
 * when it held the lock nobody can tell, so that nothing is concluded from its last `acquire`.
 */
function withoutOpenEnds(operations: readonly Operation[]): Operation[] {
  const ended = new Set<Operation['process']>();
  const fromTheEnd = [...operations].reverse().map((operation): Operation => {
    const { f, type, process } = operation;
    if (f === 'release' && type !== 'fail') ended.add(process);
    if (f !== 'acquire' || type !== 'ok' || ended.delete(process)) return operation;
    return { ...operation, type: 'info', output: undefined, return: Infinity };
  });
  return fromTheEnd.reverse();
}
