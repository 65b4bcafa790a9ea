import type { JsonValue } from '../../../harness/json.js';
import type { ZabNode } from '../state/node.js';
import { formatZxid } from '../state/zxid.js';

/**
 * Takes a snapshot once enough was delivered since the last one. ZooKeeper's are fuzzy: written while
 * transactions go on, and made whole by applying those again. Here a step is never interrupted, so a
 * snapshot is the state at one zxid; transactions could be applied again all the same, being states after.
 */
export function compactIfDue(node: ZabNode): void {
  if (node.deliveredSinceSnapshot < node.settings.snapshotThreshold) return;
  node.deliveredSinceSnapshot = 0;
  node.snapshot = { zxid: node.delivered, ...node.tree.save() };
  writeCheckpoint(node);
  // Learners that are a little behind are sent transactions from memory, not a whole snapshot.
  const keep = Math.floor(node.settings.snapshotThreshold / 2);
  const kept = node.log.at(node.log.positionAfter(node.delivered) - keep - 1);
  if (kept) node.log.compact(kept.zxid);
  node.say(`takes a snapshot at ${formatZxid(node.delivered)}`);
}

/** The disk holds from now on: the snapshot, the epochs, and the transactions behind the snapshot. */
export function writeCheckpoint(node: ZabNode): void {
  if (!node.snapshot) return;
  const epochs = node.has('forget-epoch') ? [] : [node.epochs];
  const records = [...epochs, ...node.log.after(node.snapshot.zxid)];
  node.outbox.persistCheckpoint(node.snapshot as unknown as JsonValue, records as JsonValue[]);
}
