import { ClientError } from '../../../harness/contracts/client.js';
import type { ErrorTable } from '../../../harness/contracts/client.js';
import { LOCAL_ERRORS } from '../../client-kit/operations.js';

const BY_THE_LEADER =
  'the leader found it when it prepared the transaction, which it then proposed as an error';

/**
 * What ZooKeeper says (KeeperException.Code), by the code under which the history keeps it, and what the
 * client finds by itself.
 */
export const ZOOKEEPER_ERRORS = {
  ...LOCAL_ERRORS,
  'connection-loss': {
    definite: false,
    reason: 'the connection ended with the request unanswered: it may have been proposed',
  },
  'session-expired': {
    definite: false,
    reason: 'also said of a request in flight when the session ended; it may have been proposed',
  },
  'session-moved': {
    definite: true,
    reason: 'the leader refuses it: the session belongs to another server now',
  },
  'no-node': { definite: true, reason: BY_THE_LEADER },
  'node-exists': { definite: true, reason: BY_THE_LEADER },
  'bad-version': { definite: true, reason: BY_THE_LEADER },
  'not-empty': { definite: true, reason: BY_THE_LEADER },
  'no-children-for-ephemerals': { definite: true, reason: BY_THE_LEADER },
  'bad-arguments': { definite: true, reason: BY_THE_LEADER },
  'invalid-acl': { definite: true, reason: BY_THE_LEADER },
  'no-auth': { definite: true, reason: BY_THE_LEADER },
  unimplemented: { definite: true, reason: 'this version has no such request' },
  'not-read-only': { definite: true, reason: 'a server without a quorum refused a write' },
  throttled: { definite: true, reason: 'refused before it entered the request pipeline' },
  'quota-exceeded': { definite: true, reason: BY_THE_LEADER },
  'lock-lost': {
    definite: true,
    reason: "the leader's check found the holder's znode gone, and a multi does all or nothing",
  },
  'rolled-back': { definite: true, reason: 'another part of the same multi failed' },
  'operation-timeout': { definite: false, reason: 'given up by the server while under way' },
  'request-timeout': { definite: false, reason: 'given up by the server while under way' },
  'runtime-inconsistency': {
    definite: false,
    reason: "a part after a multi's failed part, or a server in disorder",
  },
  system: { definite: false, reason: 'the server is in disorder' },
  unknown: { definite: false, reason: 'an error that this table does not know' },
} as const satisfies ErrorTable;

export type ZooKeeperErrorCode = keyof typeof ZOOKEEPER_ERRORS;

/** KeeperException.Code: the numbers in reply headers and in the results of a multi. */
const BY_NUMBER: Readonly<Record<number, ZooKeeperErrorCode>> = {
  [-1]: 'system',
  [-2]: 'runtime-inconsistency',
  [-3]: 'system',
  [-4]: 'connection-loss',
  [-5]: 'bad-arguments',
  [-6]: 'unimplemented',
  [-7]: 'operation-timeout',
  [-8]: 'bad-arguments',
  [-101]: 'no-node',
  [-102]: 'no-auth',
  [-103]: 'bad-version',
  [-108]: 'no-children-for-ephemerals',
  [-110]: 'node-exists',
  [-111]: 'not-empty',
  [-112]: 'session-expired',
  [-114]: 'invalid-acl',
  [-118]: 'session-moved',
  [-119]: 'not-read-only',
  [-122]: 'request-timeout',
  [-125]: 'quota-exceeded',
  [-127]: 'throttled',
};

/** The row of the table for a number of `KeeperException.Code`. */
export function zooKeeperErrorCode(number: number): ZooKeeperErrorCode {
  return Object.hasOwn(BY_NUMBER, number) ? BY_NUMBER[number] : 'unknown';
}

/** An error number of a reply as an error of ours. */
export function fromErrorNumber(number: number): ClientError {
  const code = zooKeeperErrorCode(number);
  return new ClientError(code, `ZooKeeper answered with the error ${code} (${number})`);
}
