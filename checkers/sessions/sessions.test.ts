import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../harness/environment/virtual.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import { toHistory } from '../../harness/history/pair.js';
import type { JsonValue } from '../../harness/json.js';
import type { SessionsEvidence } from './evidence.js';
import { createSessionsChecker } from './sessions.js';

/**
 * One operation after the other: process, node, f, what was asked for (a key, or the session of a take), the answer, and
 * what goes with a key.
 */
type Step = [number, string, string, string | number, JsonValue, JsonValue?];

async function judge(steps: readonly Step[]): Promise<{ verdict: string; promises: string[] }> {
  const events = steps.flatMap(
    ([process, node, f, asked, value, given = null], index): HistoryEvent[] => {
      const common = { process, node, f, ...(typeof asked === 'string' ? { key: asked } : {}) };
      const input = typeof asked === 'number' ? asked : given;
      return [
        { ...common, index: 2 * index, time: 2 * index, type: 'invoke', value: input },
        { ...common, index: 2 * index + 1, time: 2 * index + 1, type: 'ok', value },
      ];
    },
  );
  const context = { clock: createVirtualClock(), limits: { timeMs: 1000, memoryBytes: 1e9 } };
  const result = await createSessionsChecker().check(toHistory(events), context);
  const evidence = result.evidence as SessionsEvidence | undefined;
  return {
    verdict: result.verdict,
    promises: evidence?.first.map(({ promise }) => promise) ?? [],
  };
}

const saw = (session: number, version: number, events: string[] = []): JsonValue => ({
  session,
  version,
  events,
});

describe('the sessions checker', () => {
  it('wants the event before the new data, or with it', async () => {
    const watch: Step = [0, 'n1', 'watch', 'k', saw(7, 1)];
    expect(await judge([watch, [0, 'n1', 'look', 'k', saw(7, 1)]])).toMatchObject({
      verdict: 'valid',
    });
    expect(await judge([watch, [0, 'n1', 'look', 'k', saw(7, 2, ['k'])]])).toMatchObject({
      verdict: 'valid',
    });
    const told: Step = [0, 'n1', 'put', 'other', saw(7, 1, ['k'])];
    expect(await judge([watch, told, [0, 'n1', 'look', 'k', saw(7, 2)]])).toMatchObject({
      verdict: 'valid',
    });
    expect(await judge([watch, [0, 'n1', 'look', 'k', saw(7, 2)]])).toEqual({
      verdict: 'invalid',
      promises: ['watch before data'],
    });
  });

  it('lets another session, and one that was taken over anew, begin without watches', async () => {
    const watch: Step = [0, 'n1', 'watch', 'k', saw(7, 1)];
    expect(await judge([watch, [0, 'n1', 'look', 'k', saw(8, 2)]])).toMatchObject({
      verdict: 'valid',
    });
    const take: Step = [0, 'n1', 'take', 7, saw(7, 0)];
    expect(await judge([watch, take, [0, 'n1', 'look', 'k', saw(7, 2)]])).toMatchObject({
      verdict: 'valid',
    });
  });

  it('wants no holder whose session had ended before it was asked for', async () => {
    const end: Step = [0, 'n1', 'end', 'e', saw(7, 0)];
    const held: Step = [1, 'n2', 'holder', 'e', 7];
    expect(await judge([held, end])).toMatchObject({ verdict: 'valid' });
    expect(await judge([end, held])).toEqual({
      verdict: 'invalid',
      promises: ['ephemeral lifetime'],
    });
  });

  it('wants a session that moved to be gone from where it was', async () => {
    const take: Step = [1, 'n2', 'take', 7, saw(7, 0)];
    const put: Step = [0, 'n1', 'put', 'k', saw(7, 3)];
    const back: Step = [0, 'n1', 'take', 7, saw(7, 0)];
    expect(await judge([put, take])).toMatchObject({ verdict: 'valid' });
    expect(await judge([take, back, put])).toMatchObject({ verdict: 'valid' });
    expect(await judge([take, put])).toEqual({
      verdict: 'invalid',
      promises: ['session ownership'],
    });
  });

  it('wants a client that changes servers to see nothing older than before', async () => {
    const look: Step = [0, 'n1', 'look', 'k', saw(7, 3)];
    const resume = (version: number | null): Step => {
      return [1, 'n2', 'resume', 'k', { version }, { version: 3, zxid: 9 }];
    };
    expect(await judge([look, resume(3), resume(4)])).toMatchObject({ verdict: 'valid' });
    const promises = ['single system image', 'single system image'];
    expect(await judge([look, resume(2), resume(null)])).toEqual({ verdict: 'invalid', promises });
  });

  it('says nothing of no sessions', async () => {
    expect(await judge([[0, 'n1', 'holder', 'e', null]])).toMatchObject({ verdict: 'unknown' });
  });
});
