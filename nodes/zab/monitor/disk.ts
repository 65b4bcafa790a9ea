import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import type { Epochs, LogRecord, Message } from '../state/messages.js';
import { formatZxid } from '../state/zxid.js';

interface Pending {
  token: number;
  last: number;
  epochs: Epochs;
}

/** What one server's disk is sure to hold, by the syncs that were answered, and what it has promised. */
export class DiskRules {
  private pending: Pending[] = [];
  private written: { last: number; epochs: Epochs };
  private durable: { last: number; epochs: Epochs };
  private promised = 0;

  constructor(private readonly name: string) {
    const epochs = { accepted: 0, current: 0 };
    this.written = { last: 0, epochs };
    this.durable = { last: 0, epochs };
  }

  /** The last transaction that is durable here. */
  get last(): number {
    return this.durable.last;
  }

  /** What a server starts with is durable: a host makes it so before it starts one. */
  started(last: number, epochs: Epochs): void {
    if (epochs.accepted < this.promised) {
      const detail = `${this.name} starts with epoch ${epochs.accepted} and had promised ${this.promised}`;
      throw new BrokenInvariant('promise of an epoch', detail);
    }
    this.pending = [];
    this.written = { last, epochs };
    this.durable = { last, epochs };
  }

  appended(records: readonly LogRecord[]): void {
    for (const record of records) {
      if ('accepted' in record) this.written.epochs = record;
      else if ('truncate' in record) this.takeBack(record.truncate);
      else this.written.last = record.zxid;
    }
  }

  replaced(last: number, records: readonly LogRecord[]): void {
    if (last < this.written.last) this.takeBack(last);
    this.written.last = last;
    this.appended(records.filter((record) => 'accepted' in record));
  }

  syncAsked(token: number): void {
    this.pending.push({ token, ...this.written });
  }

  synced(token: number): void {
    while (this.pending.length > 0 && this.pending[0].token <= token) {
      const { last, epochs } = this.pending[0];
      this.durable = { last, epochs };
      this.pending.shift();
    }
  }

  sent(message: Message): void {
    const body = message.type === 'frame' ? message.body : undefined;
    if (body?.type === 'ack' && body.zxid > this.durable.last) {
      const durable = formatZxid(this.durable.last);
      this.refuse(`acknowledges ${formatZxid(body.zxid)}, durable is ${durable}`);
    }
    if (body?.type === 'ack-epoch' || body?.type === 'new-epoch') {
      if (body.epoch > this.durable.epochs.accepted) this.refuse(`promises epoch ${body.epoch}`);
      this.promised = Math.max(this.promised, body.epoch);
    }
  }

  private refuse(what: string): never {
    const detail = `${this.name} ${what} before that is durable`;
    throw new BrokenInvariant('durable before answering', detail);
  }

  private takeBack(last: number): void {
    this.written.last = Math.min(this.written.last, last);
    this.durable = { ...this.durable, last: Math.min(this.durable.last, last) };
    for (const pending of this.pending) pending.last = Math.min(pending.last, last);
  }
}
