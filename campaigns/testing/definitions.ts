import type { Checker, CheckerFactory } from '../../harness/contracts/checker.js';
import type { Workload } from '../../harness/contracts/workload.js';
import { WORKLOADS } from '../../workloads/registry.js';

/** The workload `register` under another name: a definition of a program's own. */
export const mine: Workload = { ...WORKLOADS.register, name: 'mine', description: 'mine' };

/** A checker that never finds anything. */
export const content: CheckerFactory & { name: string } = {
  name: 'content',
  description: 'finds nothing',
  create: (): Checker => ({
    name: 'content',
    description: 'finds nothing',
    check: () => Promise.resolve({ checker: 'content', verdict: 'valid', summary: 'Fine.' }),
  }),
};
