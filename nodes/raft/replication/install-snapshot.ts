import type { JsonValue } from '../../../harness/json.js';
import { skipTo } from './apply.js';
import { writeCheckpoint } from './compaction.js';
import type { Progress } from '../state/leading.js';
import type { MessageOf, Snapshot, SnapshotMessage } from '../state/messages.js';
import type { RaftNode } from '../state/node.js';

/** Starts to send the snapshot to a follower that needs entries which are compacted away. */
export function startTransfer(node: RaftNode, peer: string, progress: Progress): void {
  if (!node.snapshot) return;
  const { index } = node.snapshot;
  progress.mode = 'snapshot';
  progress.inFlight = [];
  progress.transfer = { index, text: JSON.stringify(node.snapshot), offset: 0 };
  node.say(`sends the snapshot at ${index} to ${peer}`);
  sendChunk(node, peer, progress);
}

/** One chunk at a time; the follower's answer names the next (paper, 7). */
export function sendChunk(node: RaftNode, peer: string, progress: Progress): void {
  if (!progress.transfer) return;
  const { index, text, offset } = progress.transfer;
  const data = text.slice(offset, offset + node.settings.snapshotChunk);
  progress.lastProgressMs = node.now.monotonicMs;
  node.send(peer, { type: 'snapshot', term: node.term, index, offset, total: text.length, data });
}

export function handleSnapshotReply(
  node: RaftNode,
  from: string,
  message: MessageOf<'snapshot-reply'>,
): void {
  const progress = node.leading?.progress.get(from);
  if (!progress?.transfer || progress.transfer.index !== message.index) return;
  // A chunk that came twice is answered twice; only a new answer asks for more.
  if (message.received === progress.transfer.offset && message.received > 0) return;
  progress.transfer.offset = message.received;
  if (message.received < progress.transfer.text.length) sendChunk(node, from, progress);
}

/** A follower's half: collects the chunks, then takes the snapshot for its state. */
export function handleSnapshot(node: RaftNode, from: string, message: SnapshotMessage): void {
  const { index, offset, total, data, term } = message;
  if (index <= node.commit) {
    acknowledge(node, from, index);
    return;
  }
  const incoming = node.incomingSnapshot;
  const isSame = incoming?.from === from && incoming.term === term && incoming.index === index;
  const text = isSame ? incoming.text : '';
  const whole = offset === text.length ? text + data : text;
  node.incomingSnapshot = { from, term, index, text: whole };
  if (whole.length < total) {
    node.send(from, { type: 'snapshot-reply', term, index, received: whole.length });
    return;
  }
  node.incomingSnapshot = null;
  install(node, JSON.parse(whole) as Snapshot);
  acknowledge(node, from, index);
}

function install(node: RaftNode, snapshot: Snapshot): void {
  const { index, term, members, machine } = snapshot;
  node.say(`installs the snapshot at ${index}`);
  node.snapshot = snapshot;
  // Entries behind the snapshot stay where the log agrees with it, since others may count on them.
  if (node.log.termAt(index) === term) node.log.compact(index);
  else node.log.reset(index, term, members);
  node.machine.restore(machine);
  writeCheckpoint(node);
  skipTo(node, index);
}

function acknowledge(node: RaftNode, from: string, match: number): void {
  const { term } = node;
  node.outbox.whenDurable(() => {
    node.send(from, { type: 'append-reply', term, match });
  });
}

/** The state of the machine as it was restored from the disk. */
export function restoreSnapshot(node: RaftNode, saved: JsonValue): void {
  if (saved === null) return;
  const snapshot = saved as Snapshot;
  node.snapshot = snapshot;
  node.log.reset(snapshot.index, snapshot.term, snapshot.members);
  node.machine.restore(snapshot.machine);
  node.commit = snapshot.index;
  node.applied = snapshot.index;
}
