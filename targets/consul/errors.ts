import { ClientError } from '../../harness/contracts/client.js';
import type { ErrorTable } from '../../harness/contracts/client.js';
import type { HttpAnswer } from '../../harness/network/http.js';
import { LOCAL_ERRORS } from '../client-kit/operations.js';

/**
 * What Consul says, by the code under which the history keeps it. Definite rows were read off Consul's
 * agent/consul/rpc.go and agent/pool/pool.go and off hashicorp/raft's api.go.
 */
export const CONSUL_ERRORS = {
  ...LOCAL_ERRORS,
  'no-leader': {
    definite: true,
    reason: 'no server passed it on: rpc.go retries it because "no state could have been changed"',
  },
  'leader-unreachable': {
    definite: true,
    reason: 'pool.go could not open a stream to the leader, so it wrote nothing to it',
  },
  'enqueue-timeout': {
    definite: true,
    reason: "it never entered raft's queue (ErrEnqueueTimeout)",
  },
  'leadership-lost': {
    definite: false,
    reason: 'appended by a leader that was deposed before it was committed (ErrLeadershipLost)',
  },
  'not-leader': { definite: false, reason: 'said by raft in several places, some after an append' },
  'rpc-broken': {
    definite: false,
    reason: 'the stream to the leader broke while the answer was awaited',
  },
  'not-ready': {
    definite: true,
    reason: 'a consistent read at a leader that has not caught up; only reads are told so',
  },
  'lock-lost': {
    definite: true,
    reason:
      'check-session failed: a transaction does all or nothing, and every server applies it alike',
  },
  'invalid-session': { definite: true, reason: 'every server refuses it alike on applying it' },
  rejected: { definite: true, reason: 'a status of 4xx: refused before it went to raft' },
  'too-large': { definite: true, reason: 'refused before it went to raft' },
  unknown: { definite: false, reason: 'an error that this table does not know' },
} as const satisfies ErrorTable;

export type ConsulErrorCode = keyof typeof CONSUL_ERRORS;

/** Consul's and raft's own sentences, wherever in the text: calls between servers put theirs around them. */
const SENTENCES: readonly (readonly [string, ConsulErrorCode])[] = [
  // An error while connecting may hold any other text: so this comes first.
  ['rpc error getting client:', 'leader-unreachable'],
  ['No cluster leader', 'no-leader'],
  ['leadership lost while committing log', 'leadership-lost'],
  ['timed out enqueuing operation', 'enqueue-timeout'],
  ['node is not the leader', 'not-leader'],
  ['Not ready to serve consistent reads', 'not-ready'],
  ['invalid session', 'invalid-session'],
  ['rpc error making call', 'rpc-broken'],
];

/** The row of the table that an answer belongs to. */
export function consulErrorCode(status: number, text: string): ConsulErrorCode {
  if (status === 413) return 'too-large';
  if (status >= 400 && status < 500) return 'rejected';
  return SENTENCES.find(([sentence]) => text.includes(sentence))?.[1] ?? 'unknown';
}

/** An answer that is no success as an error of ours. */
export function fromAnswer({ status, text }: HttpAnswer): ClientError {
  return new ClientError(consulErrorCode(status, text), `HTTP ${status}: ${text.slice(0, 300)}`);
}
