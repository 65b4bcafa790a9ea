import { z } from 'zod';

import { defineOperations } from '../family.js';
import { nothing, present, whole } from '../shapes.js';

/** What an operation within a session answers: the session, the keys of events that were heard, and the version seen. */
const ofSession = z.object({
  session: z.number().nullable(),
  events: z.array(z.string()),
  version: z.number().nullable(),
});

const within = { hasKey: true, value: nothing, answer: ofSession, hasEffects: true } as const;

/** Sessions as ZooKeeper has them: what they watch, what they hold, and how they move from node to node. */
export const sessions = defineOperations({
  name: 'sessions',
  description: 'sessions with watches and ephemeral nodes, which move from node to node',
  operations: {
    put: { ...within, description: 'replaces the value of a key', value: present, writes: whole },
    watch: {
      ...within,
      description: 'looks at a key, and is told of its next change',
      hasEffects: false,
    },
    look: { ...within, description: 'looks at a key', hasEffects: false },
    hold: { ...within, description: 'holds a key until the session ends' },
    holder: {
      description: 'answers the session that holds a key, or null',
      hasKey: true,
      value: nothing,
      answer: z.number().nullable(),
      hasEffects: false,
    },
    end: { ...within, description: 'ends the session, and with it what it holds' },
    take: {
      ...within,
      description: 'takes over the session that is given, through its own node',
      hasKey: false,
      value: z.number(),
    },
    resume: {
      description: 'looks at a key as one that has seen this version and zxid elsewhere',
      hasKey: true,
      value: z.object({ version: z.number(), zxid: z.number() }),
      answer: z.object({ version: z.number().nullable() }),
      hasEffects: false,
    },
  },
});
