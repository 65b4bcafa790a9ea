import type { Workload } from '../harness/contracts/workload.js';
import { durabilityWorkload } from './durability.js';
import { lockWorkload } from './lock.js';
import { registerWorkload } from './register.js';
import { sessionsWorkload } from './sessions.js';

/** The workloads by name. A new one is one file or folder, and one line here. */
export const WORKLOADS = {
  register: registerWorkload,
  durability: durabilityWorkload,
  sessions: sessionsWorkload,
  lock: lockWorkload,
} satisfies Record<string, Workload>;
