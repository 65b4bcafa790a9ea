import { counter, fifoQueue, growOnlySet, set, stack, unorderedQueue } from './collections.js';
import { keyValue } from './key-value.js';
import { fencedLock, fencedRegister, mutex, ownerMutex } from './locks.js';
import type { AnyModel } from './model.js';
import { multiRegister } from './multi-register.js';
import { casRegister, register } from './register.js';
import { versionedRegister } from './versioned-register.js';

/** The models that can be named, `--model NAME`. */
export const MODELS = {
  register,
  'cas-register': casRegister,
  'versioned-register': versionedRegister,
  'multi-register': multiRegister,
  'key-value': keyValue,
  set,
  'grow-only-set': growOnlySet,
  counter,
  'fifo-queue': fifoQueue,
  'unordered-queue': unorderedQueue,
  stack,
  mutex,
  'owner-mutex': ownerMutex,
  'fenced-lock': fencedLock,
  'fenced-register': fencedRegister,
} satisfies Record<string, AnyModel>;
