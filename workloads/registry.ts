import type { Workload } from '../harness/contracts/workload.js';
import { durabilityWorkload } from './durability/workload.js';
import { lockWorkload } from './lock/workload.js';
import { registerWorkload } from './register/workload.js';
import { sessionsWorkload } from './sessions.js';

/** The workloads by name. A new one is one file or folder, and one line here. */
export const WORKLOADS = {
  register: registerWorkload,
  durability: durabilityWorkload,
  sessions: sessionsWorkload,
  lock: lockWorkload,
} satisfies Record<string, Workload>;
