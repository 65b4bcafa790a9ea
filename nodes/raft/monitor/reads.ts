import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import type { Effect, Input } from '../../../harness/contracts/program.js';
import type { JsonObject } from '../../../harness/json.js';
import type { ReadMode } from '../state/settings.js';

/** What reads show, by the store's revision, which counts all writes (thesis, 6.4). */
export class ReadRules {
  /** The highest revision in an answer so far. */
  private acknowledged = 0;
  /** By node and request: the least revision that the answer may show. */
  private readonly asked = new Map<string, Map<number, number>>();

  /** Whoever asked an earlier incarnation gets no answer. */
  forget(name: string): void {
    this.asked.set(name, new Map());
  }

  requested(name: string, usual: ReadMode, input: Extract<Input, { kind: 'request' }>): void {
    if (input.path !== '/get') return;
    const mode = (input.body as JsonObject | null)?.read ?? usual;
    if (mode !== 'local') this.asked.get(name)?.set(input.id, this.acknowledged);
  }

  answered(name: string, { id, status, body }: Extract<Effect, { kind: 'reply' }>): void {
    const asked = this.asked.get(name);
    const least = asked?.get(id);
    asked?.delete(id);
    const revision = status === 200 ? (body as JsonObject).revision : undefined;
    if (typeof revision !== 'number') return;
    if (least !== undefined && revision < least) {
      const detail = `${name} shows revision ${revision}, and ${least} was acknowledged before it was asked`;
      throw new BrokenInvariant('read freshness', detail);
    }
    this.acknowledged = Math.max(this.acknowledged, revision);
  }
}
