import { counter, growOnlySet, queue, set, stack } from './collections.js';
import { keyValue, transactions } from './key-value.js';
import { fencing, lock } from './lock.js';
import { compareAndSet, deletion, register, versions } from './register.js';
import { sessions } from './sessions.js';
import { watch } from './watch.js';
import type { OperationFamily } from '../family.js';

/** The operation families that come with Schism. A new one is one file, and one line here. */
export const FAMILIES = {
  register,
  compareAndSet,
  versions,
  deletion,
  watch,
  lock,
  fencing,
  sessions,
  keyValue,
  transactions,
  set,
  growOnlySet,
  queue,
  stack,
  counter,
} satisfies Record<string, OperationFamily>;
