import { createAvailabilityChecker } from '../../checkers/availability/availability.js';
import { createDurabilityChecker } from '../../checkers/durability/checker.js';
import { createStatisticsChecker } from '../../checkers/statistics/statistics.js';
import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import type { Workload } from '../../harness/contracts/workload.js';
import { createLedger } from './ledger.js';
import { durabilityLoad, readBack } from './load.js';
import { readOptions } from '../common/options.js';

const options = {
  mix: { description: 'weights of writes and reads', default: '4:1' },
};

/**
 * Every write goes to a key of its own, once: nothing is ever overwritten, so that a write that is lost cannot be
 * hidden by a later one. The few reads of the load look for writes that were acknowledged, half of them for recent
 * ones, which are what a fault loses: they tell when it was lost. In the end every key is read back.
 */
export const durabilityWorkload: Workload = {
  name: 'durability',
  description: 'writes each key once, and reads all of them back in the end; none may be lost',
  needs: [FAMILIES.register],
  options,
  create: (given, _random, nodes, promise) => {
    const [writes, reads] = readOptions('durability', options, given).ratio('mix', 2);
    const ledger = createLedger();
    return {
      load: durabilityLoad(ledger, { writes, reads }),
      final: readBack(ledger, nodes),
      weighsLosses: true,
      checkers: [
        createDurabilityChecker(promise),
        createStatisticsChecker(),
        createAvailabilityChecker(),
      ],
    };
  },
};
