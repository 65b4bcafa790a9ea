import { z } from 'zod';

import { defineOperations } from '../family.js';
import { acknowledgement, maybe, nothing, seesAnswer, whole } from '../shapes.js';

/** Strings under keys, which begin empty. */
export const keyValue = defineOperations({
  name: 'key-value',
  description: 'texts under keys that are read, replaced and appended to',
  operations: {
    get: {
      description: 'answers the text, or null or an empty one where there is none',
      hasKey: true,
      value: nothing,
      answer: maybe,
      hasEffects: false,
      sees: seesAnswer,
    },
    put: {
      description: 'replaces the text',
      hasKey: true,
      value: z.string(),
      answer: acknowledgement,
      hasEffects: true,
      writes: whole,
    },
    append: {
      description: 'appends to the text',
      hasKey: true,
      value: z.string(),
      answer: acknowledgement,
      hasEffects: true,
    },
  },
});

/** Several registers under names, read and written together. */
export const transactions = defineOperations({
  name: 'transactions',
  description: 'reads and writes of several keys in one step',
  operations: {
    txn: {
      description: 'answers the list of micro-operations with what was read',
      hasKey: false,
      value: z.array(z.tuple([z.enum(['r', 'w']), z.union([z.string(), z.number()]), maybe])),
      answer: z.array(z.tuple([z.string(), z.union([z.string(), z.number()]), maybe])),
      hasEffects: true,
    },
  },
});
