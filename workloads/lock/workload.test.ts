import { describe, expect, it } from 'vitest';
import { type Client, ClientError, classifyError } from '../../harness/contracts/client.js';
import { vocabularyOf } from '../../harness/contracts/operations/vocabulary.js';
import { familiesNeeded } from '../../harness/contracts/operations/serving.js';
import { createRandom } from '../../harness/environment/random.js';
import { createVirtualClock } from '../../harness/environment/virtual.js';
import type { Clock } from '../../harness/environment/environment.js';
import { stagger, timeLimit } from '../../harness/generators/combinators.js';
import { drive } from '../../harness/generators/testing/drive.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import { toHistory } from '../../harness/history/pair.js';
import { runLoad } from '../../harness/scheduler/scheduler.js';
import type { Verdict } from '../../harness/verdict.js';
import { lockWorkload } from './workload.js';

const OPERATIONS = vocabularyOf(familiesNeeded(lockWorkload, { fencing: 'token' }));

const DEFINITE = {
  'not-held': { definite: true, reason: '' },
  'lock-lost': { definite: true, reason: '' },
  held: { definite: true, reason: '' },
};

/** Locks with tokens, in memory. A holder that `loses` its lock is not told; the next one comes at once. */
class LockService {
  token = 0;
  readonly holders = new Map<string, number>();
  readonly contents = new Map<string, number>();
  constructor(
    private readonly clock: Clock,
    private readonly troubles: Troubles,
  ) {}

  connect(): Client {
    const held = new Map<string, number>();
    return {
      invoke: async ({ f, key = '', value }, timeoutMs) => {
        const deadline = this.clock.now() + timeoutMs * 1e6;
        await this.clock.sleep(1);
        if (f === 'read') return { type: 'ok', value: this.contents.get(key) ?? null };
        if (f === 'acquire') {
          while (this.holders.has(key)) {
            if (this.troubles.refuses) throw new ClientError('held', 'it has a holder');
            if (this.clock.now() > deadline) throw new ClientError('timeout', 'still held');
            await this.clock.sleep(5);
          }
          held.set(key, ++this.token);
          this.holders.set(key, this.token);
          if (this.troubles.loses?.(this.token)) this.holders.delete(key);
          return { type: 'ok', value: this.token };
        }
        const mine = held.get(key);
        if (f === 'release') {
          held.delete(key);
          if (mine === undefined || this.holders.get(key) !== mine) throw notHeld();
          this.holders.delete(key);
          return { type: 'ok' };
        }
        await this.clock.sleep(this.troubles.writeMs?.(Number(value)) ?? 1);
        const stands = this.holders.get(key) === mine;
        if (f === 'fenced-write' && !stands) throw new ClientError('lock-lost', 'gone');
        this.contents.set(key, Number(value));
        if (this.troubles.forgets?.(Number(value))) {
          // The lock of a client that is gone ends with its lease.
          void this.clock.sleep(300).then(() => this.holders.delete(key));
          throw new ClientError('timeout', 'late');
        }
        return { type: 'ok' };
      },
      close: () => Promise.resolve(),
    };
  }
}

interface Troubles {
  /** Whether an acquire is refused where the lock has a holder, in place of waiting for it. */
  refuses?: boolean;
  /** Whose lock is given to the next one while it is held. */
  loses?(token: number): boolean;
  /** How long a write with this token takes. */
  writeMs?(token: number): number;
  /** Whose writes are never answered. */
  forgets?(token: number): boolean;
}

const notHeld = (): ClientError => new ClientError('not-held', 'no holder');

/** 8 s of the load in virtual time, and its verdicts by checker. */
async function play(troubles: Troubles, options: Record<string, string> = {}) {
  const clock = createVirtualClock();
  const random = createRandom(1);
  const plan = lockWorkload.create({ 'hold-ms': '100', ...options }, random, 6);
  const service = new LockService(clock, troubles);
  const events: HistoryEvent[] = [];
  const load = runLoad({
    generator: timeLimit(8_000, stagger(300, plan.load)),
    clients: () => ({ client: service.connect() }),
    recorder: {
      record: (event: Omit<HistoryEvent, 'index' | 'time'>) => {
        events.push({ ...event, index: events.length, time: clock.now() });
        return events[events.length - 1];
      },
      flush: () => undefined,
    },
    clock,
    random,
    concurrency: 6,
    operationTimeoutMs: 5_000,
    classify: (error: unknown, f: string) =>
      classifyError(error, DEFINITE, !OPERATIONS.hasEffects(f)),
  });
  await clock.runUntilIdle();
  await load;
  const history = toHistory(events);
  const verdicts: Record<string, Verdict> = {};
  for (const checker of plan.checkers.slice(0, -2)) {
    const limits = { timeMs: 20_000, memoryBytes: 2 ** 28 };
    const checking = checker.check(history, { clock, limits });
    await clock.runUntilIdle();
    verdicts[checker.name] = (await checking).verdict;
  }
  return { verdicts, operations: history.operations };
}

const FENCED = { fencing: 'token' };
const everySeventh = (token: number): boolean => token % 7 === 0;

describe('the lock workload', () => {
  it('reads what every lock protects in the end, from every node', () => {
    const { final } = lockWorkload.create({ locks: '3' }, createRandom(1), 5);
    const given = drive(final, { threads: [0, 1, 2, 3, 4, 5, 6] });
    const asked = given.map(({ thread, invocation: { f, key } }) => `${f} ${key} ${thread}`);
    const locks = ['lock-0', 'lock-1', 'lock-2'];
    const wanted = [0, 1, 2, 3, 4].flatMap((node) => locks.map((lock) => `read ${lock} ${node}`));
    expect(asked.sort()).toEqual(wanted.sort());
  });

  it('takes locks in turn, writes while it holds them, and finds nothing where nothing is wrong', async () => {
    const { verdicts, operations } = await play({});
    expect(verdicts).toEqual({ 'mutual exclusion': 'valid', 'protected writes': 'valid' });
    const count = (name: string): number =>
      operations.filter(({ f, type }) => f === name && type === 'ok').length;
    expect(count('acquire')).toBeGreaterThan(50);
    expect(count('write') / count('release')).toBeCloseTo(4, 0);
    expect(count('read')).toBeGreaterThan(200);
  });

  it('asks again later where a lock is refused, and lets all have it', async () => {
    const { verdicts, operations } = await play({ refuses: true });
    expect(verdicts).toEqual({ 'mutual exclusion': 'valid', 'protected writes': 'valid' });
    const acquired = operations.filter(({ f, type }) => f === 'acquire' && type === 'ok');
    const refused = operations.filter(({ error }) => error?.code === 'held');
    expect(acquired.length).toBeGreaterThan(50);
    expect(new Set(acquired.map(({ process }) => process)).size).toBe(4);
    // A tenth of the time that locks are held passes in between.
    expect(refused.length / acquired.length).toBeLessThan(11);
  });

  it('finds two holders at once, and what the older one wrote over the newer one', async () => {
    const { verdicts } = await play({ loses: everySeventh });
    expect(verdicts).toEqual({ 'mutual exclusion': 'invalid', 'protected writes': 'invalid' });
  });

  it('finds a write that arrives when its holder has long been followed', async () => {
    const troubles = {
      forgets: everySeventh,
      writeMs: (token: number) => (everySeventh(token) ? 1_000 : 1),
    };
    const late = await play({ ...troubles, loses: everySeventh });
    expect(late.verdicts['protected writes']).toBe('invalid');
  });

  it('finds nothing in what is protected where writes are fenced, whoever believes to hold the lock', async () => {
    const { verdicts, operations } = await play({ loses: everySeventh }, FENCED);
    expect(verdicts).toEqual({ 'protected writes': 'valid' });
    expect(operations.some(({ error }) => error?.code === 'lock-lost')).toBe(true);
  });

  it('takes no client that is given up for a holder', async () => {
    const { verdicts, operations } = await play({ forgets: everySeventh });
    expect(operations.some(({ f, type }) => f === 'write' && type === 'info')).toBe(true);
    expect(verdicts).toEqual({ 'mutual exclusion': 'valid', 'protected writes': 'valid' });
  });

  it('takes no client that is closed at the end of the load for a holder', async () => {
    const acquire = (process: number, time: number, type: HistoryEvent['type'], index: number) =>
      ({ index, time, process, type, f: 'acquire', key: 'lock-0' }) satisfies HistoryEvent;
    const judge = async (released: boolean): Promise<Verdict> => {
      const release = { process: 0, f: 'release', key: 'lock-0' } as const;
      const events: HistoryEvent[] = [
        acquire(0, 1, 'invoke', 0),
        acquire(0, 2, 'ok', 1),
        acquire(1, 3, 'invoke', 2),
        acquire(1, 4, 'ok', 3),
        ...(released
          ? ([
              { ...release, index: 4, time: 5, type: 'invoke' },
              { ...release, index: 5, time: 6, type: 'ok' },
              { ...release, process: 1, index: 6, time: 7, type: 'invoke' },
              { ...release, process: 1, index: 7, time: 8, type: 'ok' },
            ] as const)
          : []),
      ];
      const [exclusion] = lockWorkload.create({}, createRandom(1), 3).checkers;
      const limits = { timeMs: 20_000, memoryBytes: 2 ** 28 };
      const context = { clock: createVirtualClock(), limits };
      return (await exclusion.check(toHistory(events), context)).verdict;
    };
    expect(await judge(false)).toBe('valid');
    expect(await judge(true)).toBe('invalid');
  });

  it('takes nobody for a holder whose release is tried again', async () => {
    const event = (process: number, f: string, type: HistoryEvent['type'], code?: string) => ({
      process,
      f,
      type,
      key: 'lock-0',
      ...(code !== undefined && { error: { code } }),
    });
    /** Process 1 gets the lock before, or after, process 0 first calls its release. */
    const judge = async (early: boolean): Promise<Verdict> => {
      const other = [event(1, 'acquire', 'invoke'), event(1, 'acquire', 'ok')];
      const events = [
        event(0, 'acquire', 'invoke'),
        event(0, 'acquire', 'ok'),
        ...(early ? other : []),
        event(0, 'release', 'invoke'),
        event(0, 'release', 'fail', 'refused'),
        ...(early ? [] : other),
        event(0, 'release', 'invoke'),
        event(0, 'release', 'fail', 'not-held'),
        event(1, 'release', 'invoke'),
        event(1, 'release', 'ok'),
      ].map((each, index): HistoryEvent => ({ ...each, index, time: index }));
      const [exclusion] = lockWorkload.create({}, createRandom(1), 3).checkers;
      const limits = { timeMs: 20_000, memoryBytes: 2 ** 28 };
      const context = { clock: createVirtualClock(), limits };
      return (await exclusion.check(toHistory(events), context)).verdict;
    };
    expect(await judge(false)).toBe('valid');
    expect(await judge(true)).toBe('invalid');
  });

  it('refuses a fencing that it does not know', () => {
    expect(() => lockWorkload.create({ fencing: 'maybe' }, createRandom(1), 3)).toThrow(
      'none or token',
    );
  });
});
