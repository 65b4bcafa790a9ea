import type { CheckerFactory } from '../harness/contracts/checker.js';
import type { JsonObject } from '../harness/json.js';
import { createAvailabilityChecker } from './availability/availability.js';
import { createDurabilityChecker } from './durability/checker.js';
import { createLinearizabilityChecker } from './linearizability/door/checker.js';
import { createMutualExclusionChecker, createProtectedWritesChecker } from './locks/checkers.js';
import { MODELS } from './models/catalogue.js';
import { createSessionsChecker } from './sessions/sessions.js';
import { createStatisticsChecker } from './statistics/statistics.js';

export { MODELS };

/** The checkers that can be named. */
export const CHECKERS = {
  linearizability: {
    description: 'operations take effect one after the other, as a model would; options: model',
    create: (options: JsonObject) =>
      createLinearizabilityChecker({
        model: typeof options.model === 'string' ? options.model : 'register',
        all: options.all === true,
      }),
  },
  durability: {
    description:
      'every acknowledged write is there in the end; options: survivesPowerLoss, false where it need not be after a power cut',
    create: ({ survivesPowerLoss }: JsonObject) =>
      createDurabilityChecker({ survivesPowerLoss: survivesPowerLoss !== false }),
  },
  sessions: {
    description: 'watches fire before data, ephemerals end with their session, moved sessions stay',
    create: createSessionsChecker,
  },
  'mutual-exclusion': {
    description:
      'a lock has one holder at a time: from the answer to acquire to the call of release',
    create: createMutualExclusionChecker,
  },
  'protected-writes': {
    description: 'what a lock protects shows nothing of an older holder after something of a newer',
    create: createProtectedWritesChecker,
  },
  statistics: {
    description: 'each kind of operation succeeded at least once; rates and latencies',
    create: createStatisticsChecker,
  },
  availability: {
    description: 'how long nothing succeeded, and how fast it recovered after each fault',
    create: createAvailabilityChecker,
  },
} satisfies Record<string, CheckerFactory>;
