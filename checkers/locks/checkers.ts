import type { Checker } from '../../harness/contracts/checker.js';
import type { Operation } from '../../harness/history/operation.js';
import { createLinearizabilityChecker } from '../linearizability/door/checker.js';
import { holdings } from './holdings.js';

/**
 * One holder at a time: what is a violation is another holder before the first was told that it holds nothing, or
 * called its release, or was given up.
 */
export function createMutualExclusionChecker(): Checker {
  return createPartChecker({
    name: 'mutual exclusion',
    model: 'owner-mutex',
    operations: ['acquire', 'release'],
    read: holdings,
  });
}

/** Nothing of an older holder after something of a newer one, in what a lock protects: values are fencing tokens. */
export function createProtectedWritesChecker(): Checker {
  return createPartChecker({
    name: 'protected writes',
    model: 'fenced-register',
    operations: ['write', 'fenced-write', 'read'],
    read: (operations) => operations,
  });
}

interface Part {
  name: string;
  model: string;
  operations: readonly string[];
  /** What the operations mean to the model. */
  read(operations: readonly Operation[]): readonly Operation[];
}

/** The linearizability of some of the operations, under a name of its own. */
function createPartChecker({ name, model, operations: names, read }: Part): Checker {
  const checker = createLinearizabilityChecker({ model });
  return {
    name,
    description: checker.description,
    check: async ({ events, operations }, context) => {
      const some = read(operations).filter(({ f }) => names.includes(f));
      const result = await checker.check({ events, operations: some }, context);
      return { ...result, checker: name };
    },
  };
}
