import { createVirtualClock } from '../../harness/environment/virtual.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import type { History } from '../../harness/history/operation.js';
import { toHistory } from '../../harness/history/pair.js';
import type { JsonValue } from '../../harness/json.js';
import { checkInvariants } from '../../harness/run/invariants.js';
import type { CheckResult } from '../../harness/verdict.js';
import { CHECKERS } from '../registry.js';

/** What one process does: `f`, what it asks for, the answer, and what else is to be said of its events. */
type Step = [f: string, value: JsonValue, answer: JsonValue, more?: Partial<HistoryEvent>];

/** One operation after the other, 1 ms from event to event, with a power cut behind the first. */
function historyOf(steps: readonly Step[]): History {
  const events = steps.flatMap(([f, value, answer, more], index): Partial<HistoryEvent>[] => {
    const common = { process: index % 2, node: `n${(index % 2) + 1}`, f, key: 'k', ...more };
    const operation = [
      { ...common, type: 'invoke' as const, value },
      { ...common, type: 'ok' as const, value: answer },
    ];
    return index === 0 ? [...operation, cut('inject'), cut('heal')] : operation;
  });
  return toHistory(
    events.map((event, index) => ({
      process: 0,
      type: 'info',
      f: 'power',
      ...event,
      index,
      time: (index + 1) * 1e6,
    })),
  );
}

function cut(action: string): Partial<HistoryEvent> {
  return { process: 'nemesis', value: { action, id: 1, variant: 'all', nodes: ['n1', 'n2'] } };
}

const lostWrite = historyOf([
  ['write', 'a', 'a'],
  ['read', null, null],
]);

const session = (id: number, version: number): JsonValue => ({ session: id, version, events: [] });

/** For each checker a small history in which it finds something. */
const HISTORIES = {
  linearizability: lostWrite,
  durability: lostWrite,
  sessions: historyOf([
    ['watch', null, session(7, 1)],
    ['look', null, session(8, 1)],
    ['look', null, session(7, 2)],
    ['resume', { version: 5, zxid: 9 }, { version: 4 }],
  ]),
  'mutual-exclusion': historyOf([
    ['acquire', null, 1],
    ['acquire', null, 2],
    ['release', null, null],
    ['release', null, null],
  ]),
  'protected-writes': historyOf([
    ['write', 2, null],
    ['read', null, 1],
  ]),
  statistics: lostWrite,
  availability: lostWrite,
} satisfies Record<keyof typeof CHECKERS, History>;

/** The answers of all checkers that Schism brings, and of the watch over invariants, each with evidence. */
export async function builtInChecks(): Promise<CheckResult[]> {
  const context = {
    clock: createVirtualClock(),
    limits: { timeMs: 1_000, memoryBytes: 2 ** 30 },
  };
  const answers = Object.entries(CHECKERS).map(([name, { create }]) =>
    create({}).check(HISTORIES[name as keyof typeof HISTORIES], context),
  );
  const broken = { node: 'n2', time: 2e6, invariant: 'one leader', message: 'one leader: two' };
  return [
    ...(await Promise.all(answers)),
    checkInvariants({ steps: 10, broken, endedNs: undefined }),
  ];
}
