import { z } from 'zod';

import { defineOperations } from '../family.js';
import { acknowledgement, nothing, present, whole } from '../shapes.js';

/** The code of an acquire that was told that the lock has another holder, and waits for nobody. */
export const HELD = 'held';
/** The code of a release that came too late: the client knew, or was told, that it holds nothing any more. */
export const NOT_HELD = 'not-held';

/** Locks that end with the client, or with a lease that it renews. */
export const lock = defineOperations({
  name: 'lock',
  description: 'locks with one holder at a time',
  operations: {
    acquire: {
      description:
        'takes the lock, or fails with "held"; answers a fencing token that grows with every holder, where there is one',
      hasKey: true,
      value: nothing,
      answer: z.union([z.number(), nothing], 'a fencing token, or nothing'),
      hasEffects: true,
    },
    release: {
      description: 'gives the lock back, or fails with "not-held"',
      hasKey: true,
      value: nothing,
      answer: acknowledgement,
      hasEffects: true,
    },
  },
});

/** Writes that the system itself compares with who holds the lock. */
export const fencing = defineOperations({
  name: 'fencing',
  description: 'writes that count only while the lock of their client stands',
  operations: {
    'fenced-write': {
      description: 'replaces the value where the lock of this name is still held by the client',
      hasKey: true,
      value: present,
      answer: acknowledgement,
      hasEffects: true,
      writes: whole,
    },
  },
});
