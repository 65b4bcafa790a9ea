import type { Effect, Input, Program } from '../../../harness/contracts/program.js';
import type { JsonObject, JsonValue } from '../../../harness/json.js';

/**
 * A program for tests: values and locks in the memory of one node, each request answered in one step, so that all of it
 * is linearizable for as long as everybody asks the same node and it lives. Requests, each with a `key`:
 *
 *     /read                       the value, or null
 *     /write {value}
 *     /acquire {client}           a token that grows, or `held`
 *     /release {client}           or `not-held`
 *     /fenced-write {client, value}   or `not-held`
 */
class KeeperProgram implements Program {
  private readonly values = new Map<string, JsonValue>();
  private readonly holders = new Map<string, JsonValue>();
  private tokens = 0;

  step(input: Input): Effect[] {
    if (input.kind !== 'request') return [];
    const { id, path, body } = input;
    const answer = this.answer(path, (body ?? {}) as JsonObject);
    return [{ kind: 'reply', id, status: 'error' in answer ? 409 : 200, body: answer }];
  }

  status(): JsonObject {
    return { values: this.values.size };
  }

  private answer(path: string, { key, value = null, client = null }: JsonObject): JsonObject {
    const name = String(key);
    const isHolder = this.holders.get(name) === client;
    switch (path) {
      case '/read':
        return { value: this.values.get(name) ?? null };
      case '/acquire':
        if (this.holders.has(name)) return { error: 'held' };
        this.holders.set(name, client);
        return { value: ++this.tokens };
      case '/release':
        if (!isHolder) return { error: 'not-held' };
        this.holders.delete(name);
        return { value: null };
      case '/fenced-write':
        if (!isHolder) return { error: 'not-held' };
        break;
    }
    this.values.set(name, value);
    return { value: null };
  }
}

export function createKeeper(): Program {
  return new KeeperProgram();
}
