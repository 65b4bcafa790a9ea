import type { Channel } from './channel.js';

/** Whoever waits for an answer: a client of this server, or a learner that forwarded a client's request. */
export type Requester =
  { kind: 'client'; id: number } | { kind: 'learner'; name: string; channel: Channel; id: number };
