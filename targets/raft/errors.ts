import type { ErrorTable } from '../../harness/contracts/client.js';

/** Every code that the client can throw: those of `api.ts`, of the node's host, and of the connection. */
export const RAFT_ERRORS = {
  // The connection to the node.
  refused: { definite: true, reason: 'no connection came about, so nothing was sent' },
  reset: { definite: false, reason: 'the connection broke after the request may have been sent' },
  timeout: { definite: false, reason: 'no answer in time; the entry may still be committed' },

  // The client itself.
  'no-session': {
    definite: true,
    reason: 'the session could not be opened; the write was not sent',
  },

  // The host: HTTP.
  malformed: { definite: true, reason: 'refused before the program saw it' },
  'too-large': { definite: true, reason: 'refused before the program saw it' },
  'not-found': { definite: true, reason: 'refused before the program saw it' },
  'method-not-allowed': { definite: true, reason: 'refused before the program saw it' },

  // The program, certain: the command is in no log, or lost its place in it for good.
  'bad-request': { definite: true, reason: 'refused before it was proposed or even sent' },
  'unknown-path': { definite: true, reason: 'refused before it was proposed' },
  'no-leader': { definite: true, reason: 'the node knew no leader and kept nothing' },
  'not-leader': {
    definite: true,
    reason: 'the node it was forwarded to did not lead and kept nothing',
  },
  transferring: { definite: true, reason: 'a leader about to hand over proposes nothing' },
  superseded: { definite: true, reason: "another leader's entry was committed at its index" },

  // The program, uncertain.
  'leadership-lost': {
    definite: false,
    reason: 'in the log of a former leader; a later one may keep it',
  },
  'stale-sequence': {
    definite: false,
    reason: 'an earlier copy of the command may have had an effect',
  },
  'session-expired': {
    definite: false,
    reason: 'an earlier copy of the command may have had an effect',
  },
} as const satisfies ErrorTable;
