import { z } from 'zod';

import { defineOperations } from '../family.js';
import { acknowledgement, maybe, nothing, present, seesAnswer, whole } from '../shapes.js';

const adds = {
  description: 'adds an element',
  hasKey: false,
  value: present,
  answer: acknowledgement,
  hasEffects: true,
  writes: whole,
} as const;

const takes = {
  hasKey: false,
  value: nothing,
  answer: maybe,
  hasEffects: true,
  sees: seesAnswer,
} as const;

/** A set that is asked for one element at a time. */
export const set = defineOperations({
  name: 'set',
  description: 'elements that are added, removed and asked for one by one',
  operations: {
    add: adds,
    remove: { ...adds, description: 'removes an element', writes: undefined },
    contains: {
      description: 'answers whether an element is there',
      hasKey: false,
      value: present,
      answer: z.boolean(),
      hasEffects: false,
    },
  },
});

/** A set that is read as a whole, and loses nothing. */
export const growOnlySet = defineOperations({
  name: 'grow-only-set',
  description: 'elements that are added, and all read at once',
  operations: {
    add: adds,
    read: {
      description: 'answers all elements, in any order',
      hasKey: false,
      value: nothing,
      answer: z.array(maybe),
      hasEffects: false,
      sees: seesAnswer,
    },
  },
});

/** A queue, whatever its order. */
export const queue = defineOperations({
  name: 'queue',
  description: 'elements that are put in at one end and taken out at the other',
  operations: {
    enqueue: adds,
    dequeue: { ...takes, description: 'takes an element, or answers null where there is none' },
  },
});

/** A stack. */
export const stack = defineOperations({
  name: 'stack',
  description: 'elements of which the youngest is taken first',
  operations: {
    push: adds,
    pop: { ...takes, description: 'takes the youngest, or answers null where there is none' },
  },
});

/** A number that grows. */
export const counter = defineOperations({
  name: 'counter',
  description: 'increments of a number, and reads of it',
  operations: {
    increment: {
      description: 'adds the number that is given, or 1',
      hasKey: false,
      value: z.union([z.int(), nothing], 'a whole number, or nothing'),
      answer: acknowledgement,
      hasEffects: true,
    },
    read: {
      description: 'answers the sum',
      hasKey: false,
      value: nothing,
      answer: z.int(),
      hasEffects: false,
    },
  },
});
