import { ClientError } from '../../../harness/contracts/client.js';
import type { Clock } from '../../../harness/environment/environment.js';
import type { JsonValue } from '../../../harness/json.js';
import { decodeValue } from '../../client-kit/operations.js';
import type { Changes } from '../../../harness/contracts/operations/families/watch.js';
import type { Budget } from '../../../harness/network/budget.js';
import * as requests from '../protocol/requests.js';
import type { ZooKeeperSession } from '../protocol/session.js';

/** What a look at a znode gives; version −1 stands for "there is none". */
interface Look {
  value: JsonValue;
  version: number;
  zxid: bigint;
}

/**
 * The data once its version is past `from`, or no change after `forMs`. A watch says that something
 * changed, not what: versions in between may be left out.
 */
export async function watchData(
  session: ZooKeeperSession,
  clock: Clock,
  path: string,
  { from, forMs }: { from: number | null; forMs: number },
  budget: Budget,
): Promise<{ value: Changes; zxid: bigint }> {
  const waiting = new AbortController();
  const first = await look(session, path, () => waiting.abort(), budget);
  const seen = from ?? first.version;
  if (first.version > seen) return changed(first);
  await clock.sleep(forMs, waiting.signal);
  const last = await look(session, path, undefined, budget);
  if (last.version > seen) return changed(last);
  return { value: { changes: [], next: seen }, zxid: last.zxid };
}

function changed({ value, version, zxid }: Look): { value: Changes; zxid: bigint } {
  return { value: { changes: [{ value, version }], next: version }, zxid };
}

/** Reads the data and leaves a watch for it, where somebody listens. */
async function look(
  session: ZooKeeperSession,
  path: string,
  listener: (() => void) | undefined,
  budget: Budget,
): Promise<Look> {
  const watched = listener && ({ kind: 'data', path, listener } as const);
  try {
    const { value, zxid } = await session.request(
      requests.getData(path, !!watched),
      budget,
      watched,
    );
    const { data, stat } = value;
    return { value: data.length === 0 ? null : decodeValue(data), version: stat.version, zxid };
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== 'no-node') throw error;
  }
  return lookForCreation(session, path, listener, budget);
}

/** Leaves a watch for the creation of a znode that is not there. */
async function lookForCreation(
  session: ZooKeeperSession,
  path: string,
  listener: (() => void) | undefined,
  budget: Budget,
): Promise<Look> {
  const watched = listener && ({ kind: 'exists', path, listener } as const);
  try {
    await session.request(requests.exists(path, !!watched), budget, watched);
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== 'no-node') throw error;
    return { value: null, version: -1, zxid: session.lastZxid };
  }
  // It was made in between, and the znode of a key stays.
  return look(session, path, listener, budget);
}
