import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import type { DiskRecord, HardState, Message } from '../state/messages.js';

/** What a sync will make durable: the log up to `lastIndex`, and this term and vote. */
interface Pending {
  token: number;
  lastIndex: number;
  hard: HardState | null;
}

/** What one node's disk is sure to hold, by the syncs that were answered (paper, figure 2). */
export class DurableRecords {
  private readonly pending: Pending[] = [];
  private written: HardState | null;

  /** What a node starts with is durable: a host makes it so before it starts one. */
  constructor(
    private readonly name: string,
    private lastIndex: number,
    private hard: HardState | null,
  ) {
    this.written = hard;
  }

  appended(records: readonly DiskRecord[]): void {
    for (const record of records) {
      if ('index' in record) this.takeBack(record.index - 1);
      else this.written = record;
    }
  }

  /** A checkpoint holds what the log held; where a snapshot came from elsewhere, that is no less. */
  replaced(records: readonly DiskRecord[]): void {
    this.written = records.findLast((record): record is HardState => !('index' in record)) ?? null;
  }

  syncAsked(token: number, lastIndex: number): void {
    this.pending.push({ token, lastIndex, hard: this.written });
  }

  synced(token: number): void {
    while (this.pending.length > 0 && this.pending[0].token <= token) {
      const { lastIndex, hard } = this.pending[0];
      this.lastIndex = Math.max(this.lastIndex, lastIndex);
      this.hard = hard;
      this.pending.shift();
    }
  }

  /** What is said for an earlier term is about entries that may have been replaced since. */
  sent(ownTerm: number, to: string, message: Message): void {
    if (message.term !== ownTerm) return;
    if (message.type === 'append-reply' && message.match > this.lastIndex) {
      const detail = `${this.name} acknowledges entry ${message.match}, durable is ${this.lastIndex}`;
      throw new BrokenInvariant('durable before answering', detail);
    }
    if (message.type === 'vote-reply' && message.granted) this.checkVote(ownTerm, to);
    if (message.type === 'vote') this.checkVote(ownTerm, this.name);
  }

  private checkVote(term: number, candidate: string): void {
    if (this.hard?.term === term && this.hard.votedFor === candidate) return;
    const detail = `${this.name} votes for ${candidate} in term ${term} before that is durable`;
    throw new BrokenInvariant('durable before answering', detail);
  }

  /** Entries behind this one are others from now on. */
  private takeBack(index: number): void {
    this.lastIndex = Math.min(this.lastIndex, index);
    for (const pending of this.pending) pending.lastIndex = Math.min(pending.lastIndex, index);
  }
}
