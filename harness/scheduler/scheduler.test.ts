import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Client, classifyError, ClientError, type Completion } from '../contracts/client.js';
import type { Generator } from '../contracts/generator.js';
import type { Clock } from '../environment/environment.js';
import { createRandom } from '../environment/random.js';
import { createVirtualClock, type VirtualClock } from '../environment/virtual.js';
import { generate, limit, phases, sleep, stagger, until } from '../generators/combinators.js';
import type { HistoryEvent } from '../history/event.js';
import { toHistory } from '../history/pair.js';
import type { UnrecordedEvent } from '../history/recorder.js';
import {
  completedOperations,
  createLoadCounters,
  createRateMeter,
  openOperations,
} from './counters.js';
import { type EventRecorder, type LoadOptions, runLoad } from './scheduler.js';

const TIMEOUT_MS = 1_000;
const GRACE_MS = 100;

class MemoryRecorder implements EventRecorder {
  readonly events: HistoryEvent[] = [];
  failure: Error | undefined;

  constructor(private readonly clock: Clock) {}

  record(event: UnrecordedEvent): HistoryEvent {
    const recorded = { index: this.events.length, time: this.clock.now(), ...event };
    this.events.push(recorded);
    return recorded;
  }

  flush(): void {}
}

const reads = generate(() => ({ f: 'read' }));
const writes = generate((_thread, random) => ({ f: 'write', value: random.integer(100) }));

/** Runs a load in virtual time to its end. */
async function run(options: Partial<LoadOptions>, clock: VirtualClock = createVirtualClock()) {
  const recorder = new MemoryRecorder(clock);
  const load = runLoad({
    generator: limit(20, writes),
    clients: () => ({ client: answering(async () => ({ type: 'ok' })) }),
    recorder,
    clock,
    random: createRandom(1),
    concurrency: 3,
    operationTimeoutMs: TIMEOUT_MS,
    classify: (error, f) =>
      classifyError(error, { refused: { definite: true, reason: 'never sent' } }, f === 'read'),
    ...options,
  });
  const settled = load.then(
    (result) => ({ result, error: undefined }),
    (error: unknown) => ({ result: undefined, error }),
  );
  await clock.runUntilIdle();
  const ended = await Promise.race([settled, Promise.resolve('still running' as const)]);
  if (ended === 'still running') throw new Error('the load did not end in an hour');
  return { ...ended, events: recorder.events, clock };
}

function answering(invoke: Client['invoke']): Client {
  return { invoke, close: async () => undefined };
}

const never = (): Promise<Completion> => new Promise(() => undefined);

/** How a client treats an operation, from an honest answer to one that comes far too late. */
const behaviours = {
  ok: async () => ({ type: 'ok', value: 1 }),
  mismatch: async () => ({ type: 'fail', error: { code: 'mismatch' } }),
  info: async () => ({ type: 'info', error: { code: 'unclear' } }),
  refused: () => Promise.reject(new ClientError('refused', 'no listener')),
  unlisted: () => Promise.reject(new ClientError('reset', 'by peer')),
  surprise: () => {
    throw new TypeError('a bug in the client');
  },
  nonsense: async () => JSON.parse('{"type":"yes"}') as Completion,
  nothing: async () => JSON.parse('null') as Completion,
  never,
  late: (clock) => clock.sleep(TIMEOUT_MS * 2).then(() => ({ type: 'ok', value: 'late' })),
  slow: (clock) => clock.sleep(TIMEOUT_MS / 2).then(() => ({ type: 'ok' })),
} satisfies Record<string, (clock: Clock) => Promise<Completion>>;
type Behaviour = keyof typeof behaviours;

describe('runLoad', () => {
  it('keeps its promises whatever clients do', async () => {
    const behaviour = fc.constantFrom<Behaviour>(...(Object.keys(behaviours) as Behaviour[]));
    await fc.assert(
      fc.asyncProperty(
        fc.array(behaviour, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(40),
        fc.boolean(),
        async (script, concurrency, count, isRead) => {
          const clock = createVirtualClock();
          const made: { process: number; closed: boolean; used: number }[] = [];
          let call = 0;
          const { result, events } = await run(
            {
              concurrency,
              generator: limit(count, isRead ? reads : writes),
              clients: (thread, process) => {
                const state = { process, closed: false, used: 0 };
                made.push(state);
                const client: Client = {
                  invoke: () => {
                    expect(state.closed).toBe(false);
                    state.used++;
                    return behaviours[script[call++ % script.length]](clock);
                  },
                  close: async () => {
                    expect(state.closed).toBe(false);
                    state.closed = true;
                  },
                };
                return { client, node: `n${thread}` };
              },
            },
            clock,
          );
          // Pairing refuses two open operations, and a process that goes on after info.
          const { operations } = toHistory(events);
          expect(operations).toHaveLength(count);
          expect(operations.every(({ endTime }) => endTime < Infinity)).toBe(true);
          const tally = (type: string) => operations.filter((each) => each.type === type).length;
          expect(result?.counters).toEqual({
            invoked: count,
            ok: tally('ok'),
            fail: tally('fail'),
            info: tally('info'),
          });
          expect(made.every(({ closed }) => closed)).toBe(true);
          expect(made.reduce((sum, { used }) => sum + used, 0)).toBe(count);
          const processes = operations.map(({ process }) => Number(process));
          expect(result?.nextProcess).toBeGreaterThan(Math.max(-1, ...processes));
          for (const { process, node } of operations) {
            expect(node).toBe(`n${Number(process) % concurrency}`);
          }
          if (isRead && !script.includes('info')) expect(tally('info')).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('ends an operation that nobody answers at its timeout, and goes on with a fresh client', async () => {
    const closed: number[] = [];
    const { events } = await run({
      concurrency: 1,
      generator: limit(2, writes),
      clients: (_thread, process) => ({
        client: {
          invoke: process === 0 ? never : async () => ({ type: 'ok' }),
          close: async () => void closed.push(process),
        },
      }),
    });
    expect(events).toMatchObject([
      { process: 0, type: 'invoke', time: 0 },
      { process: 0, type: 'info', time: (TIMEOUT_MS + GRACE_MS) * 1e6, error: { code: 'timeout' } },
      { process: 1, type: 'invoke' },
      { process: 1, type: 'ok' },
    ]);
    expect(closed).toEqual([0, 1]);
  });

  it('fails a read that nobody answers; the process stays, its client does not', async () => {
    const made: number[] = [];
    const { events } = await run({
      concurrency: 1,
      generator: limit(2, reads),
      clients: (_thread, process) => {
        made.push(process);
        const invoke = made.length === 1 ? never : async () => ({ type: 'ok' as const });
        return { client: answering(invoke) };
      },
    });
    expect(events.map(({ process, type }) => [process, type])).toEqual([
      [0, 'invoke'],
      [0, 'fail'],
      [0, 'invoke'],
      [0, 'ok'],
    ]);
    expect(made).toEqual([0, 0]);
  });

  it('leaves a client its own timeout', async () => {
    const asked: number[] = [];
    const clock = createVirtualClock();
    const { events } = await run(
      {
        generator: limit(1, writes),
        clients: () => ({
          client: answering(async (_invocation, timeoutMs) => {
            asked.push(timeoutMs);
            await clock.sleep(timeoutMs);
            throw new ClientError('timeout', 'as the client says it');
          }),
        }),
      },
      clock,
    );
    expect(asked).toEqual([TIMEOUT_MS]);
    expect(events[1]).toMatchObject({
      time: TIMEOUT_MS * 1e6,
      error: { code: 'timeout', message: 'as the client says it' },
    });
  });

  it('invokes at the instants that the generator wants', async () => {
    const { events } = await run({
      concurrency: 1,
      generator: phases(limit(5, stagger(100, reads, 'fixed')), sleep(50), limit(1, writes)),
    });
    const started = events.filter(({ type }) => type === 'invoke').map(({ time }) => time / 1e6);
    expect(started).toEqual([0, 10, 20, 30, 40, 90]);
  });

  it('waits for an instant between two that its clock can tell apart', async () => {
    const clock = createVirtualClock();
    await clock.advance(2 ** 31 / 1e6);
    // Added to when the load began, the last bits are lost: then it seems to be over one nanosecond later.
    const instant = 1 + 1e-8;
    let asked = 0;
    const waiting: Generator = {
      start: () => ({
        next: (_thread, time) => {
          if (++asked > 1_000) throw new Error('asked again and again at the same instant');
          return time < instant ? { kind: 'waiting', until: instant } : { kind: 'done' };
        },
      }),
    };
    await run({ generator: waiting, concurrency: 1 }, clock);
    expect(asked).toBe(2);
  });

  it('passes a barrier with all threads, whatever the next phase begins with', async () => {
    const { events } = await run({
      generator: phases(
        limit(4, writes),
        sleep(50),
        ...new Array<Generator>(5).fill(limit(0, reads)),
        phases(sleep(10), limit(0, reads), limit(9, reads)),
      ),
    });
    const started = events.filter(({ f, type }) => type === 'invoke' && f === 'read');
    expect(started.map(({ time }) => time / 1e6)).toEqual(new Array(9).fill(60));
    expect(new Set(started.map(({ process }) => process)).size).toBe(3);
  });

  it('stops when it is told to: open operations have a while, then they are info', async () => {
    const clock = createVirtualClock();
    const abort = new AbortController();
    clock.setTimer(() => abort.abort(), 5_500);
    let calls = 0;
    const { result, events } = await run(
      {
        generator: stagger(2, writes, 'fixed'),
        signal: abort.signal,
        operationTimeoutMs: 60_000,
        drainMs: 300,
        clients: () => ({
          client: answering(() =>
            calls++ < 9 ? clock.sleep(5).then(() => ({ type: 'ok' })) : never(),
          ),
        }),
      },
      clock,
    );
    expect(result).toMatchObject({ aborted: true, counters: { ok: 9, info: 2 } });
    expect(events.filter(({ type }) => type === 'info')).toMatchObject([
      { time: 5_800e6, error: { code: 'aborted' } },
      { time: 5_800e6, error: { code: 'aborted' } },
    ]);
    expect(events.filter(({ type, time }) => type === 'invoke' && time > 5_500e6)).toEqual([]);
    const stopped = new AbortController();
    stopped.abort();
    expect(await run({ signal: stopped.signal })).toMatchObject({
      events: [],
      result: { aborted: true },
    });
  });

  it('numbers processes on from an earlier load', async () => {
    const info = (): Promise<Completion> => Promise.resolve({ type: 'info' });
    const { result } = await run({ clients: () => ({ client: answering(info) }) });
    expect(result?.nextProcess).toBe(3 + 20);
    const second = await run({ firstProcess: result?.nextProcess, concurrency: 5 });
    expect(Math.min(...second.events.map(({ process }) => Number(process)))).toBe(23);
    expect(second.result?.nextProcess).toBe(28);
  });

  it('tells the generator and the listener of every event', async () => {
    const heard: HistoryEvent[] = [];
    const { events } = await run({
      generator: until(({ type, value }) => type === 'ok' && value === 7, writes),
      concurrency: 1,
      clients: () => {
        let count = 0;
        return { client: answering(async () => ({ type: 'ok', value: ++count })) };
      },
      onEvent: (event) => heard.push(event),
    });
    expect(heard).toEqual(events);
    expect(events).toHaveLength(14);
  });

  it('lets the event loop turn where clients answer at once', async () => {
    const clock = createVirtualClock();
    const abort = new AbortController();
    clock.setTimer(() => abort.abort(), 0);
    const { result } = await run({ generator: writes, signal: abort.signal }, clock);
    expect(result?.aborted).toBe(true);
    expect(result?.counters.ok).toBeLessThan(1_000);
  });

  it.each<[string, Partial<LoadOptions>, string]>([
    [
      'a generator that throws',
      {
        generator: generate((_thread, _random, count) => {
          if (count === 3) throw new Error('no such plan');
          return { f: 'write' };
        }),
      },
      'no such plan',
    ],
    [
      'a client that cannot be made',
      {
        clients: (thread) => {
          if (thread === 2) throw new Error('no such node');
          return { client: answering(never) };
        },
      },
      'no such node',
    ],
    [
      'threads that wait for each other',
      { generator: { start: () => ({ next: () => ({ kind: 'pending' }) }) } },
      'the generator has stalled',
    ],
  ])('rejects on %s, after everything has ended', async (_, options, message) => {
    const { error, events } = await run(options);
    expect(error).toMatchObject({ message: expect.stringContaining(message) as string });
    expect(toHistory(events).operations.every(({ endTime }) => endTime < Infinity)).toBe(true);
  });

  it('stops when the history can no longer be written', async () => {
    const clock = createVirtualClock();
    const recorder = new MemoryRecorder(clock);
    clock.setTimer(() => {
      recorder.failure = new Error('no space left on device');
    }, 100);
    const { error } = await run({ recorder, generator: stagger(100, reads) }, clock);
    expect(error).toBe(recorder.failure);
    expect(clock.now()).toBeLessThan(2_000e6);
  });

  it('ends at once where there is nothing to do', async () => {
    expect((await run({ generator: limit(0, reads) })).events).toEqual([]);
    expect((await run({ concurrency: 0 })).result).toMatchObject({ aborted: false });
  });
});

describe('counters', () => {
  it('give what is open and how fast it goes', () => {
    const counters = createLoadCounters();
    const rate = createRateMeter(counters, 0);
    Object.assign(counters, { invoked: 100, ok: 80, fail: 5, info: 5 });
    expect([completedOperations(counters), openOperations(counters)]).toEqual([90, 10]);
    expect(rate(2e9)).toBe(45);
    counters.ok += 10;
    expect([rate(3e9), rate(3e9)]).toEqual([10, 0]);
  });
});
