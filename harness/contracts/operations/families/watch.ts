import { z } from 'zod';

import { defineOperations } from '../family.js';
import { maybe } from '../shapes.js';

/**
 * What a watch saw after version `from` (null: from now on), oldest first, and where the next one goes on. `value` is
 * null for a deletion. Some systems may leave out all but the last change.
 */
const changes = z.object({
  changes: z.array(z.object({ value: maybe, version: z.number() })),
  next: z.number(),
});

export type Changes = z.output<typeof changes>;

/** Changes of a key as they come. */
export const watch = defineOperations({
  name: 'watch',
  description: 'sees the changes of a key',
  operations: {
    watch: {
      description: 'answers the changes after a version, and from where the next watch goes on',
      hasKey: true,
      value: z.object({ from: z.number().nullable().optional(), forMs: z.number().optional() }),
      answer: changes,
      hasEffects: false,
    },
  },
});
