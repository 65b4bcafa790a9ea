import type { Effect } from '../../../harness/contracts/program.js';
import type { Random } from '../../../harness/environment/random.js';
import type { JsonValue } from '../../../harness/json.js';

interface Content {
  snapshot: JsonValue;
  records: JsonValue[];
}

/** A disk for tests: what was written survives a kill, and only what was synced is sure to survive more. */
export class TestDisk {
  private content: Content = { snapshot: null, records: [] };
  private durable: { content: Content; length: number } = { content: this.content, length: 0 };

  write(effect: Extract<Effect, { kind: 'append' | 'checkpoint' }>): void {
    const records = JSON.parse(JSON.stringify(effect.records)) as JsonValue[];
    if (effect.kind === 'append') this.content.records.push(...records);
    else {
      const snapshot = JSON.parse(JSON.stringify(effect.snapshot)) as JsonValue;
      this.content = { snapshot, records };
    }
  }

  /** Notes what is written now; calling the result makes it durable. */
  beginSync(): () => void {
    const { content } = this;
    const { length } = content.records;
    return () => {
      if (content !== this.content && this.durable.content === this.content) return;
      if (content === this.durable.content && length < this.durable.length) return;
      this.durable = { content, length };
    };
  }

  /** A power cut: some of what was not synced is lost, never anything from the middle. */
  losePower(random: Random): void {
    const { content, length } = this.durable;
    const keepsAll = content === this.content || random.integer(2) === 0;
    const survivor = keepsAll && content !== this.content ? this.content : content;
    const least = survivor === content ? length : survivor.records.length;
    const kept = least + random.integer(survivor.records.length - least + 1);
    this.content = { snapshot: survivor.snapshot, records: survivor.records.slice(0, kept) };
    this.durable = { content: this.content, length: kept };
  }

  read(): { snapshot: JsonValue; records: readonly JsonValue[] } {
    return JSON.parse(JSON.stringify(this.content)) as Content;
  }
}
