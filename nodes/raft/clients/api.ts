import type { JsonValue } from '../../../harness/json.js';
import type { Command, Write } from '../state/messages.js';
import { type Fields, readRequest } from '../../replication/fields.js';
import { READ_MODES, type ReadMode } from '../state/settings.js';

/**
 * The client API: requests are `{ path, body }` in JSON, over HTTP a POST to the path. Every member
 * serves every request; a follower asks the leader.
 *
 *     /get             { key, read?: 'linearizable' | 'lease' | 'local' }
 *     /put             { key, value, session?, sequence? }
 *     /delete          { key, session?, sequence? }
 *     /cas             { key, expected, value, session?, sequence? }     expected null: the key is absent
 *     /cas-version     { key, version, value, session?, sequence? }      version 0: the key is absent
 *     /session         {}
 *     /members/add     { name }
 *     /members/remove  { name }
 *     /transfer        { to }
 *
 * Values are any JSON but null, which stands for an absent key. `session` comes from `/session`; a
 * command with a `sequence` number that the session has seen gets its first answer again and has no
 * second effect (thesis, 6.3). Sequence numbers begin at 1 and grow.
 *
 * Answers by status:
 * - 200: `{ value, version, revision, term }` for keys (`deleted` too after a delete), `{ session, term }`,
 *   `{ members, term }`, `{ leader }`. `version` counts the writes to the key since it was created, 0 where
 *   it is absent; `revision` counts all writes to the store.
 * - 409 `mismatch`: a compare-and-set found another value: `{ error, certain: true, actual, version, term }`.
 * - other 4xx and 503: `{ error, certain: true, leader? }`: this request has no effect and never will.
 *   400 `bad-request`; 404 `unknown-path`, `not-a-member`; 409 `already-member`, `last-member`; 503
 *   `no-leader`, `not-leader`, `superseded` (its entry lost against another leader's), `transferring`,
 *   `change-in-progress`, `leader-not-ready`, `not-caught-up`, `transfer-failed`.
 * - 409 `stale-sequence` and 410 `session-expired`, with `certain: false`: this request has no effect, but
 *   an earlier copy of the same command may have had one.
 * - 504 `{ error, certain: false }`: `timeout`, `leadership-lost`, `transfer-timeout`: it may have taken
 *   effect, or may still do so.
 */
export type Request =
  | { kind: 'read'; key: string; mode: ReadMode | null }
  | { kind: 'command'; command: Command }
  | { kind: 'add-member'; name: string }
  | { kind: 'remove-member'; name: string }
  | { kind: 'transfer'; to: string };

/** Reads a request; throws a `BadRequest`. Fields that are not listed are ignored. */
export function parseRequest(path: string, body: JsonValue): Request {
  return readRequest(PATHS, path, body);
}

const PATHS: Record<string, (fields: Fields) => Request> = {
  '/get': (fields) => ({
    kind: 'read',
    key: fields.text('key'),
    mode: fields.choice('read', READ_MODES),
  }),
  '/put': (fields) =>
    writing(fields, {
      kind: 'write',
      op: 'put',
      key: fields.text('key'),
      value: fields.value('value'),
    }),
  '/delete': (fields) => writing(fields, { kind: 'write', op: 'delete', key: fields.text('key') }),
  '/cas': (fields) =>
    writing(fields, {
      kind: 'write',
      op: 'cas',
      key: fields.text('key'),
      expected: fields.any('expected'),
      value: fields.value('value'),
    }),
  '/cas-version': (fields) =>
    writing(fields, {
      kind: 'write',
      op: 'cas-version',
      key: fields.text('key'),
      version: fields.count('version', 0),
      value: fields.value('value'),
    }),
  '/session': () => ({ kind: 'command', command: { kind: 'session' } }),
  '/members/add': (fields) => ({ kind: 'add-member', name: fields.text('name') }),
  '/members/remove': (fields) => ({ kind: 'remove-member', name: fields.text('name') }),
  '/transfer': (fields) => ({ kind: 'transfer', to: fields.text('to') }),
};

function writing(fields: Fields, write: { kind: 'write' } & Write): Request {
  const command: Command & { kind: 'write' } = write;
  if (fields.has('session') || fields.has('sequence')) {
    command.session = fields.count('session', 1);
    command.sequence = fields.count('sequence', 1);
  }
  return { kind: 'command', command };
}
