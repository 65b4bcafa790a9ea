import type { JsonValue } from '../../../harness/json.js';
import type { Answer } from './messages.js';

interface Session {
  sequence: number;
  answer: Answer | null;
}

/** How many sessions are remembered; the one used longest ago, by the log's order, goes first. */
export const SESSION_LIMIT = 4096;

/**
 * What was last answered in each client session, so that a command that arrives twice takes effect
 * once (thesis, 6.3). A part of the replicated state: it changes only as the log says.
 */
export class Sessions {
  private readonly sessions = new Map<number, Session>();

  get count(): number {
    return this.sessions.size;
  }

  /** Opens the session with this number, the index of the log entry that asks for it. */
  open(id: number): void {
    this.sessions.set(id, { sequence: 0, answer: null });
    if (this.sessions.size > SESSION_LIMIT) {
      const [oldest] = this.sessions.keys();
      this.sessions.delete(oldest);
    }
  }

  /**
   * Runs `apply` unless this sequence number was seen. Sequence numbers of a session grow; only the
   * last answer is kept, since a client that goes on has seen the one before.
   */
  once(id: number, sequence: number, apply: () => Answer): Answer {
    const session = this.sessions.get(id);
    if (!session) return refusal(410, 'session-expired');
    this.sessions.delete(id);
    this.sessions.set(id, session);
    if (sequence < session.sequence) return refusal(409, 'stale-sequence');
    if (sequence === session.sequence && session.answer) return session.answer;
    session.answer = apply();
    session.sequence = sequence;
    return session.answer;
  }

  /** From now on a command that was answered takes effect again when it arrives again. */
  forgetAnswers(): void {
    for (const session of this.sessions.values()) session.answer = null;
  }

  /** JSON, in the order of use. */
  save(): JsonValue {
    return [...this.sessions].map(([id, { sequence, answer }]) => [id, sequence, answer]);
  }

  restore(saved: JsonValue): void {
    this.sessions.clear();
    for (const [id, sequence, answer] of saved as [number, number, Answer | null][]) {
      this.sessions.set(id, { sequence, answer });
    }
  }
}

/** Not certain: an earlier arrival of the same command may have taken effect. */
function refusal(status: number, error: string): Answer {
  return { status, body: { error, certain: false } };
}
