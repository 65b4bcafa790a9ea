import { z } from 'zod';

import { defineOperations } from '../family.js';
import { acknowledgement, half, maybe, nothing, present, seesAnswer, whole } from '../shapes.js';

/** Reads have no effects, and see what they answer. */
const readsValue = {
  description: 'answers the value that is there, or null',
  hasKey: true,
  value: nothing,
  answer: maybe,
  hasEffects: false,
  sees: seesAnswer,
} as const;

/** One value under each key, null until somebody writes. */
export const register = defineOperations({
  name: 'register',
  description: 'reads and writes of one value under each key',
  operations: {
    read: readsValue,
    write: {
      description: 'replaces the value',
      hasKey: true,
      value: present,
      answer: acknowledgement,
      hasEffects: true,
      writes: whole,
    },
  },
});

/** A conditional write by value. */
export const compareAndSet = defineOperations({
  name: 'compare-and-set',
  description: 'writes on the condition of the value that is there',
  operations: {
    cas: {
      description: 'replaces the value where it is the first of two, each of which may be null',
      hasKey: true,
      value: z.tuple([maybe, maybe], 'a pair'),
      answer: acknowledgement,
      hasEffects: true,
      compares: true,
      writes: half(1),
      sees: (value) => [half(0)(value) ?? null],
    },
  },
});

/** A conditional write by version. `meta.version` of what succeeds is what it compares with. */
export const versions = defineOperations({
  name: 'versions',
  description: 'writes on the condition of the version of the value that is there',
  operations: {
    'cas-version': {
      description: 'replaces the value where its version is the first of two; null: there is none',
      hasKey: true,
      value: z.tuple(
        [z.union([z.number(), z.null()], 'a version, which is a number or null'), maybe],
        'a pair',
      ),
      answer: acknowledgement,
      hasEffects: true,
      compares: true,
      writes: half(1),
    },
  },
});

/** Keys that end. */
export const deletion = defineOperations({
  name: 'deletion',
  description: 'removes what is under a key',
  operations: {
    delete: {
      description: 'removes the value, where there is one',
      hasKey: true,
      value: nothing,
      answer: acknowledgement,
      hasEffects: true,
    },
  },
});
