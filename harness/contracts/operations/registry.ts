import { counter, growOnlySet, queue, set, stack } from './families/collections.js';
import { keyValue, transactions } from './families/key-value.js';
import { fencing, lock } from './families/lock.js';
import { compareAndSet, deletion, register, versions } from './families/register.js';
import { sessions } from './families/sessions.js';
import { watch } from './families/watch.js';
import type { OperationFamily } from './family.js';

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
