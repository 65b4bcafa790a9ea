import { createAvailabilityChecker } from '../../checkers/availability/availability.js';
import { createLinearizabilityChecker } from '../../checkers/linearizability/door/checker.js';
import { createStatisticsChecker } from '../../checkers/statistics/statistics.js';
import type { Checker } from '../../harness/contracts/checker.js';
import { FAMILIES } from '../../harness/contracts/operations/registry.js';
import type { Workload } from '../../harness/contracts/workload.js';
import type { Operation } from '../../harness/history/operation.js';
import { isLost, lockLoad, lockReads } from './load.js';
import { readOptions } from '../common/options.js';

const options = {
  locks: { description: 'locks in use; clients share them', default: '4' },
  'hold-ms': { description: 'how long a lock is held', default: '1000' },
  writes: { description: 'writes to what the lock protects while it is held', default: '4' },
  readers: {
    description: 'one client in so many only reads what is protected; 0: none',
    default: '3',
  },
  fencing: {
    description:
      'none: the store takes every write of a holder; token: it compares, and takes none of one that lost its lock',
    default: 'none',
    needs: { token: [FAMILIES.fencing] },
  },
};

/**
 * Locks as people use them, with something that they protect: every holder writes its token there. Without fencing
 * two things are judged: that there is one holder at a time, and that nothing of an older holder is seen after
 * something of a newer one. With fencing only the second: two clients may believe that they hold a lock, as no lock
 * with a lease can prevent, but only one of them can do anything about it.
 */
export const lockWorkload: Workload = {
  name: 'lock',
  description: 'locks that are held for a while, and what they protect; one holder at a time',
  needs: [FAMILIES.register, FAMILIES.lock],
  options,
  create: (given, _random, nodes) => {
    const read = readOptions('lock', options, given);
    const locks = read.count('locks', 1);
    const fenced = read.choice('fencing', ['none', 'token']) === 'token';
    return {
      load: lockLoad({
        locks,
        holdMs: read.count('hold-ms', 0),
        writes: read.count('writes', 0),
        readers: read.count('readers', 0),
        fenced,
      }),
      final: lockReads(locks, nodes),
      checkers: [
        ...(fenced ? [] : [mutualExclusion()]),
        protectedWrites(),
        createStatisticsChecker(),
        createAvailabilityChecker(),
      ],
    };
  },
};

/**
 * One holder at a time: what is a violation is another holder before the first was told that it holds nothing, or
 * called its release, or was given up.
 */
function mutualExclusion(): Checker {
  return onlyOf(['acquire', 'release'], 'mutual exclusion', 'owner-mutex', (operations) =>
    withoutOpenEnds(asOneRelease(operations.map(endOfHolding))),
  );
}

/**
 * A release that is told that the lock had been lost ends what its caller believed, as one that succeeds. A client
 * whose last operation nobody knows the end of is given up: its lock ends at some time after that, or never.
 */
function endOfHolding(operation: Operation): Operation {
  const { f, type, error } = operation;
  if (f === 'release' && type === 'fail' && isLost(error)) return { ...operation, type: 'ok' };
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

/** Nothing of an older holder after something of a newer one. */
function protectedWrites(): Checker {
  return onlyOf(['write', 'fenced-write', 'read'], 'protected writes', 'fenced-register');
}

/** The linearizability of some of the operations, under a name of its own. */
function onlyOf(
  names: readonly string[],
  name: string,
  model: string,
  rewrite: (operations: readonly Operation[]) => readonly Operation[] = (operations) => operations,
): Checker {
  const checker = createLinearizabilityChecker({ model });
  return {
    name,
    description: checker.description,
    check: async ({ events, operations }, context) => {
      const some = rewrite(operations).filter(({ f }) => names.includes(f));
      const result = await checker.check({ events, operations: some }, context);
      return { ...result, checker: name };
    },
  };
}
