import { createAvailabilityChecker } from '../../checkers/availability/availability.js';
import { createLinearizabilityChecker } from '../../checkers/linearizability/door/checker.js';
import { createStatisticsChecker } from '../../checkers/statistics/statistics.js';
import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import type { Workload } from '../../harness/contracts/workload.js';
import { readOptions } from '../common/options.js';
import { createKeyRing } from './key-ring.js';
import { registerLoad, registerReads } from './load.js';

const options = {
  keys: { description: 'registers in use at a time', default: '5' },
  'operations-per-key': {
    description:
      'operations on a register before a fresh one takes its place: bounds what one key costs to check',
    default: '500',
  },
  mix: { description: 'weights of reads, writes and compare-and-sets', default: '1:2:2' },
  readers: { description: 'one client in so many only reads; 0: none', default: '2' },
  values: {
    description:
      'unique: no value is written twice, so that a read names its write; small: 0 … domain − 1',
    default: 'unique',
  },
  domain: { description: 'how many values there are with values=small', default: '5' },
};

/**
 * Reads, writes and compare-and-sets on a few contended registers, each of which must be linearizable.
 *
 * At 500 operations a second over 5 keys a register lives 5 s: long enough for a fault to fall into its
 * life, short enough that 30 s give 30 small histories and not 5 large ones. In the end every register
 * that was ever used is read from every node, so that a write lost after its register's time is seen too, and no
 * node that has stayed behind can hide.
 */
export const registerWorkload: Workload = {
  name: 'register',
  description: 'reads, writes and compare-and-sets on several keys; linearizable per key',
  needs: [FAMILIES.register, FAMILIES.compareAndSet],
  options,
  create: (given, _random, nodes) => {
    const read = readOptions('register', options, given);
    const [reads, writes, cas] = read.ratio('mix', 3);
    const domain = read.count('domain', 1);
    const ring = createKeyRing(read.count('keys', 1), read.count('operations-per-key', 1));
    return {
      load: registerLoad(ring, {
        weights: { read: reads, write: writes, cas },
        readers: read.count('readers', 0),
        domain: read.choice('values', ['unique', 'small']) === 'small' ? domain : undefined,
      }),
      final: registerReads(ring, nodes),
      checkers: [
        createLinearizabilityChecker({ model: 'cas-register' }),
        createStatisticsChecker(),
        createAvailabilityChecker(),
      ],
      model: 'cas-register',
    };
  },
};
