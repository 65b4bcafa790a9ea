import { ClientError } from '../../../harness/contracts/client.js';
import { FAMILIES } from '../../../harness/contracts/operations/families/registry.js';
import type { Clock } from '../../../harness/environment/environment.js';
import type { JsonObject } from '../../../harness/json.js';
import type { Operations } from '../../client-kit/operations.js';
import type { Reply } from '../protocol/connection.js';
import type { Stat } from '../protocol/records.js';
import type { ZooKeeperSession } from '../protocol/session.js';

/** What one client has: a session, how it reads, and for each lock that it holds the znode of this holding. */
export interface ZooKeeperClientState {
  session: ZooKeeperSession;
  clock: Clock;
  /** Whether a `sync` goes before every read. */
  syncReads: boolean;
  locks: Map<string, string>;
  close(): Promise<void>;
}

/** What a client of ZooKeeper serves. */
export const ZOOKEEPER_FAMILIES = [
  FAMILIES.register,
  FAMILIES.compareAndSet,
  FAMILIES.versions,
  FAMILIES.deletion,
  FAMILIES.watch,
  FAMILIES.lock,
  FAMILIES.fencing,
] as const;

export type ZooKeeperOperations = Operations<
  (typeof ZOOKEEPER_FAMILIES)[number],
  ZooKeeperClientState
>;

/**
 * A key is one znode that is never removed: a deleted key is a znode without data. So its version only
 * ever grows, and a conditional write cannot mistake a znode made anew for the one that was read.
 */
export const DELETED = Buffer.alloc(0);

/** Where a key, a lock or (completed with a number) the holding of a lock has its znode. */
export function pathOf(kind: 'key' | 'lock' | 'holding', name: string): string {
  return `/${kind}-${encodeURIComponent(name)}`;
}

/** What an answer says beside its value. */
export function metaOf(session: ZooKeeperSession, reply: Reply<unknown>, stat?: Stat): JsonObject {
  return {
    zxid: Number(reply.zxid),
    session: session.id,
    ...(stat && { version: stat.version, mzxid: Number(stat.mzxid), czxid: Number(stat.czxid) }),
  };
}

/** The code of an error that ZooKeeper answered with; anything else goes on as it is. */
export function answeredCode(error: unknown): string {
  if (error instanceof ClientError) return error.code;
  throw error;
}
