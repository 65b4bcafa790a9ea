import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '../../../harness/json.js';
import type { Answer, Write } from './messages.js';

interface Item {
  value: JsonValue;
  version: number;
}

/**
 * Keys with values and versions. A key's `version` is 1 when it is created, one more with each write,
 * and 0 while the key is absent; the store's `revision` counts all writes. An absent key reads as null.
 */
export class KeyValueStore {
  private readonly items = new Map<string, Item>();
  /** Changed from inside only. */
  revision = 0;

  /** `{ value, version, revision }` */
  read(key: string): JsonObject {
    const item = this.items.get(key);
    return {
      value: item?.value ?? null,
      version: item?.version ?? 0,
      revision: this.revision,
    };
  }

  write(write: Write): Answer {
    const item = this.items.get(write.key);
    switch (write.op) {
      case 'put':
        return this.set(write.key, write.value);
      case 'delete':
        return this.remove(write.key);
      case 'cas':
        return isDeepStrictEqual(item?.value ?? null, write.expected)
          ? this.set(write.key, write.value)
          : this.mismatch(write.key);
      case 'cas-version':
        return (item?.version ?? 0) === write.version
          ? this.set(write.key, write.value)
          : this.mismatch(write.key);
    }
  }

  save(): JsonObject {
    const items = [...this.items].map(([key, { value, version }]) => [key, value, version]);
    return { revision: this.revision, items };
  }

  restore(saved: JsonObject): void {
    this.items.clear();
    this.revision = saved.revision as number;
    for (const [key, value, version] of saved.items as [string, JsonValue, number][]) {
      this.items.set(key, { value, version });
    }
  }

  private set(key: string, value: JsonValue): Answer {
    const version = (this.items.get(key)?.version ?? 0) + 1;
    this.items.set(key, { value, version });
    this.revision++;
    return { status: 200, body: { value, version, revision: this.revision } };
  }

  private remove(key: string): Answer {
    const deleted = this.items.delete(key);
    if (deleted) this.revision++;
    return { status: 200, body: { value: null, version: 0, revision: this.revision, deleted } };
  }

  private mismatch(key: string): Answer {
    const { value, version } = this.read(key);
    const body = { error: 'mismatch', certain: true, actual: value, version };
    return { status: 409, body };
  }
}
