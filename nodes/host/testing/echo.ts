import type { Effect, Input, Program, ProgramConfig } from '../../../harness/contracts/program.js';
import type { JsonObject, JsonValue } from '../../../harness/json.js';

/**
 * A program for tests of its host: it keeps a list. Requests:
 *
 *     /append {value}       adds it, and answers with the whole list when it is synced
 *     /checkpoint           makes the list a snapshot
 *     /list                 answers with the list
 *     /tell {to, message}   sends a message
 *     /heard                answers with the messages that came, as [from, message]
 *     /halt, /throw         ends the node
 */
export class EchoProgram implements Program {
  private list: JsonValue[] = [];
  private readonly heard: JsonValue[] = [];
  private token = 0;
  private readonly unsynced: { token: number; id: number; list: JsonValue[] }[] = [];

  step(input: Input): Effect[] {
    switch (input.kind) {
      case 'start':
        this.list = [...((input.snapshot ?? []) as JsonValue[]), ...input.records];
        return [{ kind: 'log', line: `start with ${this.list.length}` }];
      case 'message':
        this.heard.push([input.from, input.message]);
        return [];
      case 'timer':
        return [];
      case 'request':
        return this.request(input.id, input.path, (input.body ?? {}) as JsonObject);
      case 'synced':
        return this.synced(input.token);
    }
  }

  status(): JsonObject {
    return { length: this.list.length };
  }

  private request(id: number, path: string, body: JsonObject): Effect[] {
    switch (path) {
      case '/append':
        return this.append(id, body.value ?? null);
      case '/checkpoint':
        return [
          { kind: 'checkpoint', snapshot: [...this.list], records: [] },
          { kind: 'reply', id, status: 200, body: null },
        ];
      case '/list':
        return [{ kind: 'reply', id, status: 200, body: this.list }];
      case '/tell':
        return [
          { kind: 'send', to: String(body.to), message: body.message ?? null },
          { kind: 'reply', id, status: 200, body: null },
        ];
      case '/heard':
        return [{ kind: 'reply', id, status: 200, body: this.heard }];
      case '/halt':
        return [{ kind: 'halt', reason: 'told to' }];
      case '/throw':
        throw new Error('told to throw');
      default:
        return [{ kind: 'reply', id, status: 404, body: { error: 'unknown-path', certain: true } }];
    }
  }

  private append(id: number, value: JsonValue): Effect[] {
    this.list = [...this.list, value];
    this.unsynced.push({ token: ++this.token, id, list: this.list });
    return [
      { kind: 'append', records: [value] },
      { kind: 'sync', token: this.token },
    ];
  }

  private synced(token: number): Effect[] {
    const done = this.unsynced.filter((request) => request.token <= token);
    this.unsynced.splice(0, done.length);
    return done.map(({ id, list }) => ({ kind: 'reply', id, status: 200, body: list }));
  }
}

/** An echo node that says who it is. */
export function createEchoProgram({ name }: Pick<ProgramConfig, 'name'>): Program {
  const program = new EchoProgram();
  return {
    step: (input) => program.step(input),
    status: () => ({ ...program.status(), name }),
  };
}
