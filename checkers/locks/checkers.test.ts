import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createVirtualClock } from '../../harness/environment/virtual.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import { toHistory } from '../../harness/history/pair.js';
import type { Verdict } from '../../harness/verdict.js';
import { createMutualExclusionChecker, createProtectedWritesChecker } from './checkers.js';

type Event = Omit<HistoryEvent, 'index' | 'time'>;

const limits = { timeMs: 20_000, memoryBytes: 2 ** 28 };

async function judge(
  events: readonly Event[],
  checker = createMutualExclusionChecker(),
): Promise<Verdict> {
  const history = toHistory(events.map((event, index) => ({ ...event, index, time: index })));
  return (await checker.check(history, { clock: createVirtualClock(), limits })).verdict;
}

const event = (process: number, f: string, type: HistoryEvent['type'], code?: string): Event => ({
  process,
  f,
  type,
  key: 'lock',
  ...(code !== undefined && { error: { code } }),
});
const acquired = (process: number): Event[] => [
  event(process, 'acquire', 'invoke'),
  event(process, 'acquire', 'ok'),
];
const released = (process: number): Event[] => [
  event(process, 'release', 'invoke'),
  event(process, 'release', 'ok'),
];

/** How a client ends what it holds: as it should, too late, at the second try, by an answer that is lost, or not at all. */
const ENDS = ['released', 'lost', 'retried', 'given up', 'never'] as const;
type End = (typeof ENDS)[number];

/** What one client did with the lock: moments in their order, whatever other clients did in between. */
interface Holding {
  acquireCall: number;
  acquireReturn: number;
  end: End;
  endCall: number;
  endReturn: number;
}

/** The holdings of one client, one after the other; from the last one that is not ended it holds on. */
const client = fc
  .array(
    fc.record({
      steps: fc.tuple(...[1, 1, 1, 1].map(() => fc.integer({ min: 1, max: 6 }))),
      end: fc.constantFrom(...ENDS),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((drawn) => {
    const made: Holding[] = [];
    let now = 0;
    for (const { steps, end } of drawn) {
      const [acquireCall, acquireReturn, endCall, endReturn] = steps.map((step) => (now += step));
      made.push({ acquireCall, acquireReturn, end, endCall, endReturn });
      if (end === 'given up' || end === 'never') break;
    }
    return made;
  });

/** The events of a holding, each with its moment. */
function timed(process: number, holding: Holding): { at: number; event: Event }[] {
  const { acquireCall, acquireReturn, end, endCall, endReturn } = holding;
  const [call, answer] = acquired(process);
  const ends: Record<End, [number, Event][]> = {
    released: [
      [endCall, released(process)[0]],
      [endReturn, released(process)[1]],
    ],
    lost: [
      [endCall, event(process, 'release', 'invoke')],
      [endReturn, event(process, 'release', 'fail', 'not-held')],
    ],
    retried: [
      [endCall, event(process, 'release', 'invoke')],
      [endCall + 0.1, event(process, 'release', 'fail', 'refused')],
      [endCall + 0.2, event(process, 'release', 'invoke')],
      [endReturn, event(process, 'release', 'ok')],
    ],
    'given up': [
      [endCall, event(process, 'write', 'invoke')],
      [endReturn, event(process, 'write', 'info', 'timeout')],
    ],
    never: [],
  };
  const all: [number, Event][] = [[acquireCall, call], [acquireReturn, answer], ...ends[end]];
  // No two clients do anything at the same moment.
  return all.map(([at, each]) => ({ at: at + process / 1_000, event: each }));
}

/** From when to when a client surely relied on its lock; nothing is known of one that never ended it. */
function reliedOn(process: number, { acquireReturn, end, endCall }: Holding): [number, number][] {
  const skew = process / 1_000;
  return end === 'never' ? [] : [[acquireReturn + skew, endCall + skew]];
}

describe('mutual exclusion', () => {
  it('is what it is by its definition: no two clients rely on the lock at one moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(client, { minLength: 1, maxLength: 3 }), async (clients) => {
        const events = clients
          .flatMap((holdings, process) => holdings.flatMap((each) => timed(process, each)))
          .sort((a, b) => a.at - b.at)
          .map((each) => each.event);
        const spans = clients.flatMap((holdings, process) =>
          holdings.flatMap((each) => reliedOn(process, each)),
        );
        const overlap = spans.some(([from, until], i) =>
          spans.some(([start, end], j) => i < j && start < until && from < end),
        );
        expect(await judge(events)).toBe(overlap ? 'invalid' : 'valid');
      }),
      { numRuns: 300 },
    );
  });

  it('takes no client that is closed at the end of the load for a holder', async () => {
    expect(await judge([...acquired(0), ...acquired(1)])).toBe('valid');
    expect(await judge([...acquired(0), ...acquired(1), ...released(0), ...released(1)])).toBe(
      'invalid',
    );
  });

  it('takes nobody for a holder whose release is tried again', async () => {
    const fails = (code: string): Event[] => [
      event(0, 'release', 'invoke'),
      event(0, 'release', 'fail', code),
    ];
    const ends = [...fails('not-held'), ...released(1)];
    expect(await judge([...acquired(0), ...fails('refused'), ...acquired(1), ...ends])).toBe(
      'valid',
    );
    expect(await judge([...acquired(0), ...acquired(1), ...fails('refused'), ...ends])).toBe(
      'invalid',
    );
  });

  it('looks at each lock by itself', async () => {
    const other = acquired(1).map((each) => ({ ...each, key: 'other' }));
    const ends = [...released(0), ...released(1).map((each) => ({ ...each, key: 'other' }))];
    expect(await judge([...acquired(0), ...other, ...ends])).toBe('valid');
  });
});

describe('protected writes', () => {
  const write = (process: number, value: number, f = 'write', type: Event['type'] = 'ok') => [
    { ...event(process, f, 'invoke'), value },
    { ...event(process, f, type), value },
  ];
  const judgeWrites = (events: readonly Event[]): Promise<Verdict> =>
    judge(events, createProtectedWritesChecker());

  it('may not show an older holder after a newer one', async () => {
    expect(await judgeWrites([...write(0, 1), ...write(1, 2)])).toBe('valid');
    expect(await judgeWrites([...write(1, 2), ...write(0, 1)])).toBe('invalid');
  });

  it('may refuse the older one, or never say what became of it', async () => {
    const late = (type: Event['type']) => [...write(1, 2), ...write(0, 1, 'fenced-write', type)];
    expect(await judgeWrites(late('ok'))).toBe('invalid');
    expect(await judgeWrites(late('fail'))).toBe('valid');
    expect(await judgeWrites(late('info'))).toBe('valid');
  });

  it('takes no notice of who holds the lock', async () => {
    expect(await judgeWrites([...acquired(0), ...acquired(1), ...write(1, 2)])).toBe('valid');
  });
});
