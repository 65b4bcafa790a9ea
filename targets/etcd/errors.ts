import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { ClientError } from '../../harness/contracts/client.js';
import type { ErrorTable } from '../../harness/contracts/client.js';
import { LOCAL_ERRORS } from '../client-kit/operations.js';

const AFTER_PROPOSAL = 'given up while waiting for an entry that had been proposed';
const BEFORE_PROPOSAL = 'checked before anything is proposed';
const AT_APPLY = 'every member refuses it alike when it applies the entry';

/**
 * What etcd says, by the code under which the history keeps it. Definite rows were read off etcd's
 * server/etcdserver (v3_server.go, apply.go) and its raft library's raft.go. What etcd may say both
 * before and after it proposed an entry is indefinite.
 */
export const ETCD_ERRORS = {
  ...LOCAL_ERRORS,
  'request-timed-out': { definite: false, reason: AFTER_PROPOSAL },
  'leader-changed': { definite: false, reason: AFTER_PROPOSAL },
  stopped: { definite: false, reason: AFTER_PROPOSAL },
  'no-leader': {
    definite: false,
    reason: 'refused for want of a leader, but also how a stream ends that had been working',
  },
  'not-leader': { definite: false, reason: 'only the leader can do it, and it may have changed' },
  'proposal-dropped': {
    definite: true,
    reason: 'raft.Step drops a proposal only where it neither appends nor forwards it',
  },
  'too-many-requests': { definite: true, reason: BEFORE_PROPOSAL },
  'too-large': { definite: true, reason: BEFORE_PROPOSAL },
  'invalid-argument': { definite: true, reason: BEFORE_PROPOSAL },
  'no-space': { definite: true, reason: `${BEFORE_PROPOSAL}; at the limit ${AT_APPLY}` },
  'lease-not-found': { definite: true, reason: AT_APPLY },
  'lock-lost': { definite: true, reason: 'the store compared, and wrote nothing without the lock' },
  compacted: { definite: true, reason: 'a read or a watch of a revision that is gone' },
  'future-revision': { definite: true, reason: 'a read of a revision that does not exist yet' },
  'corrupt-cluster': { definite: false, reason: 'members disagree; nothing can be concluded' },
  unimplemented: { definite: true, reason: 'this version has no such method' },
  cancelled: { definite: false, reason: 'ended by one side after it had been sent' },
  unavailable: { definite: false, reason: 'the connection broke after the request was sent' },
  internal: { definite: false, reason: 'the stream was reset after the request was sent' },
  unknown: { definite: false, reason: 'an error that this table does not know' },
  'raft-internal': { definite: false, reason: `v2's 300: ${AFTER_PROPOSAL}` },
  'leader-election': { definite: false, reason: "v2's 301: an election was going on" },
} as const satisfies ErrorTable;

export type EtcdErrorCode = keyof typeof ETCD_ERRORS;

/** etcd's own sentences; the first that a message begins with says the code. */
const SENTENCES: readonly (readonly [string, EtcdErrorCode])[] = [
  ['etcdserver: request timed out', 'request-timed-out'],
  ['etcdserver: leader changed', 'leader-changed'],
  ['etcdserver: server stopped', 'stopped'],
  ['etcdserver: no leader', 'no-leader'],
  ['etcdserver: not leader', 'not-leader'],
  ['raft proposal dropped', 'proposal-dropped'],
  ['etcdserver: too many requests', 'too-many-requests'],
  ['etcdserver: request is too large', 'too-large'],
  ['etcdserver: key is not provided', 'invalid-argument'],
  ['etcdserver: duplicate key given in txn request', 'invalid-argument'],
  ['etcdserver: too many operations in txn request', 'invalid-argument'],
  ['etcdserver: mvcc: database space exceeded', 'no-space'],
  ['etcdserver: requested lease not found', 'lease-not-found'],
  ['etcdserver: mvcc: required revision has been compacted', 'compacted'],
  ['etcdserver: mvcc: required revision is a future revision', 'future-revision'],
  ['etcdserver: corrupt cluster', 'corrupt-cluster'],
];

/** Where the sentence says nothing, gRPC's status code does. */
const STATUSES: Readonly<Partial<Record<status, EtcdErrorCode>>> = {
  [status.CANCELLED]: 'cancelled',
  [status.DEADLINE_EXCEEDED]: 'timeout',
  [status.UNIMPLEMENTED]: 'unimplemented',
  [status.INTERNAL]: 'internal',
  [status.UNAVAILABLE]: 'unavailable',
};

/** The row of the table that an answer of gRPC belongs to. */
export function etcdErrorCode(code: status, details: string): EtcdErrorCode {
  const known = SENTENCES.find(([sentence]) => details.startsWith(sentence));
  return known?.[1] ?? STATUSES[code] ?? 'unknown';
}

/** An error of grpc-js as one of ours; the message keeps what etcd said. */
export function fromServiceError(error: ServiceError): ClientError {
  const message = `${status[error.code]}: ${error.details}`;
  return new ClientError(etcdErrorCode(error.code, error.details), message);
}
