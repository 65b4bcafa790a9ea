import type { JsonValue } from '../../../harness/json.js';
import type { LogRecord, Snapshot, Transaction } from '../state/messages.js';
import type { ZabNode } from '../state/node.js';
import { restoreSnapshot } from './synchronization.js';
import { epochOf, formatZxid } from '../state/zxid.js';

/**
 * Takes up what the disk held: a snapshot, and any prefix of the records written after it. What was promised
 * to others was synced before, so a prefix that ends earlier breaks no promise. Transactions behind the
 * snapshot may not have been committed, so they are applied only when a leader says so; ZooKeeper applies
 * them at once, and throws its tree away where they must go.
 */
export function recover(node: ZabNode, snapshot: JsonValue, records: readonly JsonValue[]): void {
  if (snapshot !== null) restoreSnapshot(node, snapshot as unknown as Snapshot);
  for (const record of records as unknown as readonly LogRecord[]) {
    if ('accepted' in record) node.epochs = record;
    else if ('truncate' in record) node.log.truncate(record.truncate);
    else recoverTransaction(node, record);
  }
  if (node.has('forget-epoch')) {
    const epoch = epochOf(node.log.last);
    node.epochs = { accepted: epoch, current: epoch };
  }
}

function recoverTransaction(node: ZabNode, transaction: Transaction): void {
  if (transaction.zxid <= node.log.last) {
    const { last } = node.log;
    node.violated(`the log on disk has ${formatZxid(transaction.zxid)} behind ${formatZxid(last)}`);
  }
  node.log.append(transaction);
}
