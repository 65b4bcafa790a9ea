import { createAvailabilityChecker } from '../../checkers/availability/availability.js';
import {
  createMutualExclusionChecker,
  createProtectedWritesChecker,
} from '../../checkers/locks/checkers.js';
import { createStatisticsChecker } from '../../checkers/statistics/statistics.js';
import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import type { Workload } from '../../harness/contracts/workload.js';
import { lockLoad, lockReads } from './load.js';
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
        ...(fenced ? [] : [createMutualExclusionChecker()]),
        createProtectedWritesChecker(),
        createStatisticsChecker(),
        createAvailabilityChecker(),
      ],
    };
  },
};
