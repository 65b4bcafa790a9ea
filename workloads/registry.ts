import type { Workload } from '../harness/contracts/workload.js';
import { durabilityWorkload } from './durability.js';
import { registerWorkload } from './register.js';

/** The workloads by name. A new one is one file or folder, and one line here. */
export const WORKLOADS = {
  register: registerWorkload,
  durability: durabilityWorkload,
} satisfies Record<string, Workload>;
