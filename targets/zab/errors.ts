import type { ErrorTable } from '../../harness/contracts/client.js';

/** Every code that the client can throw: those of `api.ts`, of the node's host, and of the connection. */
export const ZAB_ERRORS = {
  // The connection to the server.
  refused: { definite: true, reason: 'no connection came about, so nothing was sent' },
  reset: { definite: false, reason: 'the connection broke after the request may have been sent' },
  timeout: { definite: false, reason: 'no answer in time; the proposal may still be committed' },

  // The client itself.
  conflict: {
    definite: true,
    reason: 'the znode changed between the look and the conditional write, which was refused',
  },

  'no-session': {
    definite: true,
    reason: 'there was no session, or none could be opened; the request was not sent',
  },

  // The host: HTTP.
  malformed: { definite: true, reason: 'refused before the program saw it' },
  'too-large': { definite: true, reason: 'refused before the program saw it' },
  'not-found': { definite: true, reason: 'refused before the program saw it' },
  'method-not-allowed': { definite: true, reason: 'refused before the program saw it' },

  // The program, certain: no transaction was made of it, or one without changes.
  'bad-request': { definite: true, reason: 'refused before the leader was asked' },
  'unknown-path': { definite: true, reason: 'refused before the leader was asked' },
  'no-leader': { definite: true, reason: 'the server had no leader and kept nothing' },
  'not-leader': { definite: true, reason: 'the leader gave up before it proposed it' },
  behind: {
    definite: true,
    reason: 'the server had not seen what the client has, and kept nothing',
  },
  'sync-timeout': { definite: true, reason: 'a read that was never served' },
  'not-connected': { definite: true, reason: 'refused before the leader was asked' },
  'session-moved': { definite: true, reason: 'the leader refused to propose it' },
  'session-expired': { definite: true, reason: 'the leader, or the own server, refused it' },
  'no-node': { definite: true, reason: 'committed as a transaction without changes' },
  'node-exists': { definite: true, reason: 'committed as a transaction without changes' },
  'bad-version': { definite: true, reason: 'committed as a transaction without changes' },
  'not-empty': { definite: true, reason: 'committed as a transaction without changes' },
  'ephemeral-parent': { definite: true, reason: 'committed as a transaction without changes' },

  // The program, uncertain.
  'leadership-lost': {
    definite: false,
    reason: 'in the log of a former leader; a later one may keep it',
  },
  'leader-lost': {
    definite: false,
    reason: 'on its way to a leader, or in its log, when this server lost it',
  },
} as const satisfies ErrorTable;
