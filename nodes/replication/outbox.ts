import type { Effect } from '../../harness/contracts/program.js';
import type { JsonValue } from '../../harness/json.js';

/**
 * Collects the effects of one step and puts them in the order that safety needs: what is written comes
 * first, then the request to make it durable, then what is said. What claims that something is on disk
 * goes through `whenDurable` and is not even composed before it is.
 */
export class Outbox {
  private said: Effect[] = [];
  private records: JsonValue[] = [];
  private checkpoint: Effect | null = null;
  private lastToken = 0;
  private syncedToken = 0;
  private waiting: { token: number; action: () => void }[] = [];

  /** Something was written whose sync has been asked for and not been answered. */
  get isSyncing(): boolean {
    return this.syncedToken < this.lastToken;
  }

  say(effect: Effect): void {
    this.said.push(effect);
  }

  persist(record: JsonValue): void {
    this.records.push(record);
  }

  /** `records` must be all that is known behind the snapshot, what was persisted in this step included. */
  persistCheckpoint(snapshot: JsonValue, records: readonly JsonValue[]): void {
    this.checkpoint = { kind: 'checkpoint', snapshot, records };
    this.records = [];
  }

  /** Runs the action as soon as everything written so far is durable; now, if it is. */
  whenDurable(action: () => void): void {
    if (this.isDirty) this.waiting.push({ token: this.lastToken + 1, action });
    else if (this.isSyncing) this.waiting.push({ token: this.lastToken, action });
    else action();
  }

  /** The answer to a sync; a later token answers for all before it. */
  synced(token: number): void {
    this.syncedToken = Math.max(this.syncedToken, token);
    while (this.waiting.length > 0 && this.waiting[0].token <= this.syncedToken) {
      this.waiting.shift()?.action();
    }
  }

  /** The effects of this step, in their order. */
  flush(): Effect[] {
    const { said } = this;
    this.said = [];
    if (!this.isDirty) return said;
    const effects: Effect[] = [];
    if (this.checkpoint) effects.push(this.checkpoint);
    if (this.records.length > 0) effects.push({ kind: 'append', records: this.records });
    effects.push({ kind: 'sync', token: ++this.lastToken }, ...said);
    this.records = [];
    this.checkpoint = null;
    return effects;
  }

  private get isDirty(): boolean {
    return this.records.length > 0 || this.checkpoint !== null;
  }
}
