import type { ServiceError } from '@grpc/grpc-js';
import { ClientError } from '../../harness/contracts/client.js';
import { decodeValue } from '../client-kit/operations.js';
import type { Changes } from '../../harness/contracts/operations/families/watch.js';
import type { Budget } from '../../harness/network/budget.js';
import type { EtcdConnection } from './connection.js';
import type { Header, WatchResponse } from './definitions.js';
import { fromServiceError } from './errors.js';

/**
 * Every change of the key after revision `from`, until there is at least one or `forMs` is over.
 * A watch sends the changes of one revision in one message, so none is torn.
 */
export async function watch(
  connection: EtcdConnection,
  key: Buffer,
  { from, forMs }: { from: number | null; forMs: number },
  budget: Budget,
): Promise<{ value: Changes; header: Header }> {
  const stream = await connection.stream('Watch.Watch', budget);
  const startRevision = from === null ? '0' : String(from + 1);
  stream.write({ createRequest: { key, startRevision } });
  const { clock } = connection;
  let created: Header | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const timer = clock.setTimer(() => {
        if (!created) reject(new ClientError('timeout', `no watch within ${forMs} ms`));
        else resolve({ value: nothingSince(from, created), header: created });
      }, forMs);
      stream.on('error', (error) => {
        clock.clearTimer(timer);
        reject(fromServiceError(error as ServiceError));
      });
      stream.on('data', (message: WatchResponse) => {
        if (message.created) created = message.header;
        if (message.canceled) reject(cancelled(message));
        if (message.events.length === 0) return;
        clock.clearTimer(timer);
        resolve({ value: changesOf(message), header: message.header });
      });
    });
  } finally {
    stream.cancel();
  }
}

/**
 * No change, and where to go on: a watch from now on has missed nothing since the revision at which it
 * began; one from the past may still lag behind, so it goes on where it was.
 */
function nothingSince(from: number | null, created: Header): Changes {
  return { changes: [], next: from ?? Number(created.revision) };
}

function changesOf({ events }: WatchResponse): Changes {
  const changes = events.map(({ type, kv }) => ({
    value: type === 'DELETE' ? null : decodeValue(kv.value),
    version: Number(kv.modRevision),
  }));
  return { changes, next: changes[changes.length - 1].version };
}

function cancelled({ compactRevision, cancelReason }: WatchResponse): ClientError {
  if (compactRevision !== '0') {
    return new ClientError('compacted', `compacted up to revision ${compactRevision}`);
  }
  return new ClientError('cancelled', cancelReason || 'the server ended the watch');
}
