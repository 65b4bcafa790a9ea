import type { JsonValue } from '../../../harness/json.js';
import { restoreSnapshot } from './install-snapshot.js';
import type { DiskRecord, Entry } from '../state/messages.js';
import type { RaftNode } from '../state/node.js';

/**
 * Takes up what the disk held: a snapshot, and any prefix of the records written after it. What was
 * promised to others was synced before, so a prefix that ends earlier breaks no promise.
 */
export function recover(node: RaftNode, snapshot: JsonValue, records: readonly JsonValue[]): void {
  restoreSnapshot(node, snapshot);
  const found = records as readonly DiskRecord[];
  const last = found.at(-1);
  const losesTail = node.has('lost-tail') && last !== undefined && 'index' in last;
  for (const record of losesTail ? found.slice(0, -1) : found) {
    if ('index' in record) recoverEntry(node, record);
    else node.hard = record;
  }
}

function recoverEntry(node: RaftNode, entry: Entry): void {
  const { log } = node;
  if (entry.index <= log.snapshotIndex) return;
  if (entry.index > log.lastIndex + 1) {
    node.violated(`the log on disk has entry ${entry.index} behind ${log.lastIndex}`);
    return;
  }
  if (entry.index <= log.lastIndex) log.truncate(entry.index);
  log.append(entry);
}
