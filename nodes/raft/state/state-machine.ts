import type { JsonObject } from '../../../harness/json.js';
import { KeyValueStore } from './key-value.js';
import type { Answer, Entry } from './messages.js';
import { Sessions } from './sessions.js';

/** What the log's entries are applied to, one by one and in order: equal logs give equal states. */
export class StateMachine {
  private readonly store = new KeyValueStore();
  private readonly sessions = new Sessions();

  /** `forgetsAnswers` is a seeded bug: a new leader, which begins with a no-op, knows no answers. */
  constructor(private readonly forgetsAnswers = false) {}

  /** The answer for whoever asked for the entry. */
  apply(entry: Entry): Answer {
    const { command } = entry;
    switch (command.kind) {
      case 'noop':
        if (this.forgetsAnswers) this.sessions.forgetAnswers();
        return { status: 200, body: {} };
      case 'members':
        return { status: 200, body: { members: command.members } };
      case 'session':
        this.sessions.open(entry.index);
        return { status: 200, body: { session: entry.index } };
      case 'write': {
        const { session, sequence } = command;
        if (session === undefined || sequence === undefined) return this.store.write(command);
        return this.sessions.once(session, sequence, () => this.store.write(command));
      }
    }
  }

  /** How many writes have taken effect. */
  get revision(): number {
    return this.store.revision;
  }

  read(key: string): JsonObject {
    return this.store.read(key);
  }

  /** JSON that shares no changeable part with this state. */
  save(): JsonObject {
    return { store: this.store.save(), sessions: this.sessions.save() };
  }

  restore(saved: JsonObject): void {
    this.store.restore(saved.store as JsonObject);
    this.sessions.restore(saved.sessions ?? []);
  }
}
