import type { JsonValue } from '../../../harness/json.js';
import type { RaftNode } from '../state/node.js';

/** Takes a snapshot once enough was applied since the last one (thesis, 5.1). */
export function compactIfDue(node: RaftNode): void {
  const behind = node.applied - (node.snapshot?.index ?? 0);
  if (behind >= node.settings.snapshotThreshold) takeSnapshot(node);
}

function takeSnapshot(node: RaftNode): void {
  const index = node.applied;
  const term = node.log.termAt(index);
  if (term === undefined) return;
  const members = [...node.log.membersAt(index)];
  node.snapshot = { index, term, members, machine: node.machine.save() };
  writeCheckpoint(node);
  // Followers that are a little behind are served from memory, not with a whole snapshot.
  const keep = Math.floor(node.settings.snapshotThreshold / 2);
  if (index - keep > node.log.snapshotIndex) node.log.compact(index - keep);
  node.say(`takes a snapshot at ${index}`);
}

/** The disk holds from now on: the snapshot, term and vote, and the entries behind the snapshot. */
export function writeCheckpoint(node: RaftNode): void {
  if (!node.snapshot) return;
  const records: JsonValue[] = node.has('forget-vote') ? [] : [node.hard];
  if (!node.has('snapshot-without-tail')) {
    records.push(...node.log.slice(node.snapshot.index + 1));
  }
  node.outbox.persistCheckpoint(node.snapshot, records);
}
