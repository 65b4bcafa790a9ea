import { ClientError } from '../../../harness/contracts/client.js';
import { encodeValue } from '../../client-kit/operations.js';
import type { Budget } from '../../../harness/network/budget.js';
import type { Reply } from '../protocol/connection.js';
import { fromErrorNumber, zooKeeperErrorCode } from '../protocol/errors.js';
import type { Stat } from '../protocol/records.js';
import * as requests from '../protocol/requests.js';
import type { PartResult, Request } from '../protocol/requests.js';
import { DELETED, metaOf, pathOf } from './znodes.js';
import type { ZooKeeperClientState, ZooKeeperOperations } from './znodes.js';

/**
 * The lock is an ephemeral znode: it goes with its session. Every holder's has the same path and the same version, so
 * a second one, whose number no other has, stands for this holding of it. One transaction makes both, one removes both,
 * and so does the one that ends the session: who finds the second finds the first to be his own.
 * The token is the transaction that made them.
 */
export const acquire: ZooKeeperOperations['acquire'] = async (client, { key: name }, budget) => {
  const reply = await transact(client, budget, [
    requests.create(pathOf('lock', name), DELETED, 'ephemeral'),
    requests.create(`${pathOf('holding', name)}-`, DELETED, 'ephemeral-sequential'),
  ]);
  const { failure, values } = reply.value;
  if (failure?.code === 'node-exists') throw new ClientError('held', `"${name}" has a holder`);
  if (failure) throw failure;
  client.locks.set(name, values[1] as string);
  return { type: 'ok', value: Number(reply.zxid), meta: metaOf(client.session, reply) };
};

/** Removes the lock where it is still our own; a session that is over is not heard at all. */
export const release: ZooKeeperOperations['release'] = async (client, { key: name }, budget) => {
  const reply = await transact(client, budget, [
    requests.remove(heldBy(client, name)),
    requests.remove(pathOf('lock', name)),
  ]);
  const { failure } = reply.value;
  if (failure && failure.code !== 'no-node') throw failure;
  client.locks.delete(name);
  if (failure) throw notHeld(name);
  return { type: 'ok', meta: metaOf(client.session, reply) };
};

/**
 * Writes where this holding of the lock still stands: the leader looks for its znode when it prepares the write, and
 * the next holder has the lock only after that is gone. Throws `lock-lost` where it stands no more.
 */
export const fencedWrite: ZooKeeperOperations['fenced-write'] = async (
  client,
  { key: name, value },
  budget,
) => {
  const [path, data] = [pathOf('key', name), encodeValue(value)];
  const stands = requests.check(heldBy(client, name));
  const set = requests.setData(path, data);
  // Each refusal is certain, so the next step may follow: there is no znode yet, and then somebody made it.
  for (const write of [set, requests.create(path, data), set]) {
    const reply = await transact(client, budget, [stands, write]);
    const { failure, failedAt, values } = reply.value;
    if (failedAt === 0 && failure?.code === 'no-node') {
      throw new ClientError('lock-lost', `the znode that stood for our lock "${name}" is gone`);
    }
    if (!failure) {
      const stat = write === set ? (values[1] as Stat) : undefined;
      return { type: 'ok', meta: { version: 0, ...metaOf(client.session, reply, stat) } };
    }
    if (failure.code !== 'no-node' && failure.code !== 'node-exists') throw failure;
  }
  throw new ClientError('conflict', 'the znode was made and removed while it was written');
};

/** What a transaction came to: the answers of all its parts, or the error of the one that stood in its way. */
interface Transacted {
  values: readonly unknown[];
  failure?: ClientError;
  failedAt?: number;
}

async function transact(
  { session }: ZooKeeperClientState,
  budget: Budget,
  parts: readonly Request<unknown>[],
): Promise<Reply<Transacted>> {
  const { value: results, zxid } = await session.request(requests.multi(parts), budget);
  const failedAt = Math.max(
    results.findIndex(isTheReason),
    results.findIndex(({ ok }) => !ok),
  );
  const failed = results.at(failedAt);
  if (failedAt < 0 || failed === undefined || failed.ok) {
    return { zxid, value: { values: results.map((part) => (part.ok ? part.value : undefined)) } };
  }
  return { zxid, value: { values: [], failure: fromErrorNumber(failed.error), failedAt } };
}

/** The parts before the one that failed are answered with 0, those behind it with "runtime inconsistency". */
function isTheReason(part: PartResult): boolean {
  return !part.ok && part.error !== 0 && zooKeeperErrorCode(part.error) !== 'runtime-inconsistency';
}

/** The znode that stands for our holding of the lock. Throws `not-held` where there is none. */
function heldBy({ locks }: ZooKeeperClientState, name: string): string {
  const path = locks.get(name);
  if (path === undefined) throw notHeld(name);
  return path;
}

function notHeld(name: string): ClientError {
  return new ClientError('not-held', `this session does not hold "${name}"`);
}
