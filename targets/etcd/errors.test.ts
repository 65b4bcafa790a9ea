import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { classifyError } from '../../harness/contracts/client.js';
import { ETCD_ERRORS, etcdErrorCode, fromServiceError } from './errors.js';

/** As servers 3.3, 3.4 and 3.5 sent them (api/v3rpc/rpctypes/error.go), and what each must count as. */
const ANSWERS: [status, string, string, 'fail' | 'info'][] = [
  [status.UNAVAILABLE, 'etcdserver: request timed out', 'request-timed-out', 'info'],
  [
    status.UNAVAILABLE,
    'etcdserver: request timed out, possibly due to previous leader failure',
    'request-timed-out',
    'info',
  ],
  [
    status.UNAVAILABLE,
    'etcdserver: request timed out, possibly due to connection lost',
    'request-timed-out',
    'info',
  ],
  [status.UNAVAILABLE, 'etcdserver: leader changed', 'leader-changed', 'info'],
  [status.UNAVAILABLE, 'etcdserver: server stopped', 'stopped', 'info'],
  [status.UNAVAILABLE, 'etcdserver: no leader', 'no-leader', 'info'],
  [status.FAILED_PRECONDITION, 'etcdserver: not leader', 'not-leader', 'info'],
  [status.UNKNOWN, 'raft proposal dropped', 'proposal-dropped', 'fail'],
  [status.RESOURCE_EXHAUSTED, 'etcdserver: too many requests', 'too-many-requests', 'fail'],
  [status.RESOURCE_EXHAUSTED, 'etcdserver: mvcc: database space exceeded', 'no-space', 'fail'],
  [status.INVALID_ARGUMENT, 'etcdserver: request is too large', 'too-large', 'fail'],
  [status.INVALID_ARGUMENT, 'etcdserver: key is not provided', 'invalid-argument', 'fail'],
  [status.NOT_FOUND, 'etcdserver: requested lease not found', 'lease-not-found', 'fail'],
  [
    status.OUT_OF_RANGE,
    'etcdserver: mvcc: required revision has been compacted',
    'compacted',
    'fail',
  ],
  [status.DATA_LOSS, 'etcdserver: corrupt cluster', 'corrupt-cluster', 'info'],
  [status.UNIMPLEMENTED, 'unknown service etcdserverpb.KV', 'unimplemented', 'fail'],
  [status.DEADLINE_EXCEEDED, 'Deadline exceeded after 1.002s', 'timeout', 'info'],
  [status.CANCELLED, 'context canceled', 'cancelled', 'info'],
  [status.UNAVAILABLE, 'Connection dropped', 'unavailable', 'info'],
  [status.INTERNAL, 'Received RST_STREAM with code 2', 'internal', 'info'],
  [status.UNKNOWN, 'etcdserver: something new', 'unknown', 'info'],
  [status.ABORTED, 'never heard of', 'unknown', 'info'],
];

describe("etcd's error table", () => {
  test.each(ANSWERS)('%s "%s" is %s, and a write ends in %s', (code, details, name, type) => {
    expect(etcdErrorCode(code, details)).toBe(name);
    const error = fromServiceError(Object.assign(new Error(details), { code, details }) as never);
    expect(error.message).toContain(details);
    expect(classifyError(error, ETCD_ERRORS, false)).toMatchObject({ type, error: { code: name } });
  });

  test('every row gives its reason', () => {
    for (const [code, row] of Object.entries(ETCD_ERRORS)) {
      expect(row.reason.length, code).toBeGreaterThan(10);
    }
  });

  test('a read that ends in any error has failed', () => {
    const error = fromServiceError(
      Object.assign(new Error(), { code: status.UNKNOWN, details: 'x' }) as never,
    );
    expect(classifyError(error, ETCD_ERRORS, true).type).toBe('fail');
  });
});
