import { describe, expect, it } from 'vitest';

import { createRandom } from '../../../harness/environment/random.js';
import { createRealClock } from '../../../harness/environment/real.js';
import type { CheckContext, CheckProgress } from '../../../harness/contracts/checker.js';
import type { History, Operation } from '../../../harness/history/operation.js';
import type { Model } from '../../models/model.js';
import { createLinearizabilityChecker } from './checker.js';
import type { LinearizabilityEvidence } from '../core/evidence.js';
import { findUnreadable } from '../core/preparation.js';
import { MODELS } from '../../models/catalogue.js';
import { registerSimulator } from '../testing/register-simulators.js';
import { simulateHistory } from '../testing/simulator.js';

const clock = createRealClock();

function context(timeMs = 60_000, memoryBytes = 1e9): CheckContext {
  return { clock, limits: { timeMs, memoryBytes } };
}

function historyOf(operations: readonly Operation[]): History {
  return { events: [], operations };
}

type Line = [string, Operation['input'], Operation['output']?, string?];

/** One operation after the other, each a short line: [f, input, output, key]. */
function sequence(...lines: Line[]): History {
  const operations = lines.map(([f, input, output, key], i): Operation => {
    const [call, end] = [2 * i, 2 * i + 1];
    return {
      process: 0,
      f,
      key,
      input,
      output,
      type: 'ok',
      call,
      return: end,
      startTime: call,
      endTime: end,
    };
  });
  return historyOf(operations);
}

/**
 * Writes that all overlap, and a read of a value that was there before them: no engine can cut the search
 * short, since any of the writes may come last.
 */
function hardKey(key: string, writers: number, start: number): Operation[] {
  const random = createRandom(start);
  const simulator = registerSimulator({ unique: false, domain: 4, cas: 0.6 });
  const shape = { operations: 600, processes: writers, crashRate: 0.1, lieRate: 0.03 };
  return simulateHistory(simulator, shape, random).map((each) => ({
    ...each,
    key,
    process: Number(each.process) + start,
    call: each.call + start,
    return: each.return + start,
  }));
}

describe('the linearizability checker', () => {
  it('says what it found, with which engine, and why', async () => {
    const checker = createLinearizabilityChecker({ model: 'register' });
    const result = await checker.check(sequence(['write', 1], ['read', null, 1]), context());
    const evidence = result.evidence as LinearizabilityEvidence;
    expect(result.verdict).toBe('valid');
    expect(evidence.engines).toMatchObject([{ engine: 'zones', keys: 1, operations: 2 }]);
    expect(evidence.operations).toEqual({ checked: 2, dropped: 0 });
    expect(evidence.linearizations).toMatchObject([
      {
        steps: [
          { id: 0, state: '1' },
          { id: 2, state: '1' },
        ],
      },
    ]);
  });

  it('names the key and the operation that cannot be placed', async () => {
    const checker = createLinearizabilityChecker({ model: 'register' });
    const history = sequence(
      ['write', 3, null, 'a'],
      ['write', 5, null, 'a'],
      ['write', 5, null, 'b'],
      ['read', null, 3, 'a'],
    );
    const result = await checker.check(history, context());
    const [failure] = (result.evidence as LinearizabilityEvidence).failures;
    expect(result.verdict).toBe('invalid');
    expect(failure).toMatchObject({ key: 'a', unplaceable: [6], confirmedBy: 'general' });
    expect(failure.sentences[0]).toMatch(/^read → 3 .* was called after write 5 .* acknowledged/);
    expect(result.summary).toContain('"a"');
  });

  it('falls back where a value was written twice, and says so', async () => {
    const checker = createLinearizabilityChecker({ model: 'register' });
    const history = sequence(['write', 1], ['write', 1], ['read', null, 1]);
    const { evidence } = await checker.check(history, context());
    const [use] = (evidence as LinearizabilityEvidence).engines;
    expect(use.engine).toBe('just-in-time');
    expect(use.why).toContain('1 was written more than once');
  });

  it('knows nothing of a history without operations', async () => {
    const checker = createLinearizabilityChecker({ model: 'register' });
    const result = await checker.check(historyOf([]), context());
    expect(result).toMatchObject({ verdict: 'unknown', unknownReason: 'not enough data' });
  });

  it('is unknown, never valid, past its limit of time or memory', async () => {
    const history = historyOf(hardKey('a', 40, 0));
    const checker = createLinearizabilityChecker({ model: 'cas-register', engine: 'general' });
    const late = await checker.check(history, context(0));
    expect(late).toMatchObject({ verdict: 'unknown', unknownReason: 'time' });
    const big = await checker.check(history, context(60_000, 100_000));
    expect(big).toMatchObject({ verdict: 'unknown', unknownReason: 'memory' });
    expect(big.summary).toMatch(/memory ran out in the engine general; .* \d+ of \d+ operations/);
  });

  it('gives up in the middle of a search, and says how many keys it had found valid', async () => {
    // From 0 every value is left as often as it is entered, so 1 can never be read in the end; but only who
    // tries all orders knows that.
    const values = [0, 1, 2, 3, 4];
    const pairs = values.flatMap((from) => values.map((to) => [from, to]));
    const swaps = [...pairs, ...pairs].filter(([from, to]) => from !== to);
    const lines = swaps.map((swap): Line => ['cas', swap, null, 'b']);
    const hard = sequence(['write', 0, null, 'b'], ...lines, ['read', null, 1, 'b']).operations;
    const open = hard.map((each, i) =>
      each.f === 'cas' ? { ...each, process: i, call: 2 + i, return: each.return + 1000 } : each,
    );
    const read = { ...hard[hard.length - 1], call: 2000, return: 2001 };
    const easy = sequence(['write', 1, null, 'a'], ['read', null, 1, 'a']).operations;
    const checker = createLinearizabilityChecker({ model: 'cas-register', engine: 'general' });
    const history = historyOf([...easy, ...open.slice(0, -1), read]);
    const progress: CheckProgress[] = [];
    const onProgress = (each: CheckProgress) => void progress.push(each);
    const result = await checker.check(history, { ...context(700), onProgress });
    expect(result).toMatchObject({ verdict: 'unknown', unknownReason: 'time' });
    expect(result.summary).toMatch(
      /Of 2 keys 1 were found valid, 1 were begun, 0 were not looked at/,
    );
    expect(progress.at(-1)).toMatchObject({ unit: 'keys', done: 1, total: 2 });
    expect(progress.at(-1)?.detail).toMatch(/longest prefix .* of key "b", .* configurations\/s/);
  });

  it('judges hard keys on worker threads, and agrees with itself without them', async () => {
    const operations = [0, 1, 2].flatMap((k) => hardKey(`k${k}`, 6, 10_000 * k));
    const checker = createLinearizabilityChecker({
      model: 'cas-register',
      engine: 'general',
      all: true,
    });
    const other = createLinearizabilityChecker({ model: 'cas-register', all: true });
    const [slow, fast] = [
      await checker.check(historyOf(operations), context()),
      await other.check(historyOf(operations), context()),
    ];
    const keys = (result: typeof slow) => (result.evidence as LinearizabilityEvidence).keys;
    expect(keys(slow)).toEqual(keys(fast));
    expect(slow.verdict).toBe(fast.verdict);
  });

  it('judges with a model of the user', async () => {
    const lamp: Model<boolean> = {
      name: 'lamp',
      description: 'toggle, look',
      operations: { toggle: 'update', look: 'observer' },
      initial: false,
      step: (isOn, { f, output }) => {
        if (f === 'toggle') return [!isOn];
        if (output === 'broken') throw new Error('no such lamp');
        return isOn === output ? [isOn] : [];
      },
      stateKey: String,
      describe: (isOn) => (isOn ? 'on' : 'off'),
    };
    const checker = createLinearizabilityChecker({ model: lamp });
    const lit = await checker.check(sequence(['toggle', null], ['look', null, true]), context());
    const dark = await checker.check(sequence(['toggle', null], ['look', null, false]), context());
    const broken = await checker.check(sequence(['look', null, 'broken']), context());
    expect([lit.verdict, dark.verdict]).toEqual(['valid', 'invalid']);
    expect(broken).toMatchObject({ verdict: 'unknown', unknownReason: 'checker failed' });
    expect(broken.summary).toMatch(
      /the model lamp failed on look .* in the state off: no such lamp/,
    );
  });

  it('judges each key by itself, and sees what a compare-and-set did not find', async () => {
    const checker = createLinearizabilityChecker({ model: 'cas-register' });
    const keys = sequence(
      ['write', 1, null, 'a'],
      ['read', null, null, 'b'],
      ['read', null, 1, 'a'],
    );
    const { verdict, evidence } = await checker.check(keys, context());
    expect(verdict).toBe('valid');
    expect(evidence).toMatchObject({ keys: { total: 2, valid: 2 } });
    const history = sequence(['write', 1], ['cas', [1, 2]]);
    const [write, cas] = history.operations;
    const mismatch: Operation = { ...cas, type: 'fail', error: { code: 'mismatch' } };
    const missed = await checker.check(historyOf([write, mismatch]), context());
    expect(missed.verdict).toBe('invalid');
    const refused: Operation = { ...mismatch, error: { code: 'refused' } };
    expect((await checker.check(historyOf([write, refused]), context())).verdict).toBe('valid');
  });

  it.each([
    ['partition', 'unknown'],
    ['classify', 'unknown'],
    ['complaint', 'unknown'],
    ['needs', 'unknown'],
    ['stateKey', 'unknown'],
    ['describe', 'valid'],
  ])('names a model of the user whose %s throws', async (hook, verdict) => {
    const fail = () => {
      throw new Error('no idea');
    };
    const model = { ...MODELS.register, name: 'fragile', [hook]: fail };
    const checker = createLinearizabilityChecker({ model });
    const history = sequence(['write', 1], ['read', null, 1]);
    const result = await checker.check(history, context());
    expect(result.verdict).toBe(verdict);
    if (verdict === 'valid') return;
    expect(result.unknownReason).toBe('checker failed');
    expect(result.summary).toMatch(/the model fragile failed on write 1 \(event 0\).*: no idea/);
  });

  it('tells a violation that the model cannot describe', async () => {
    const describe = () => {
      throw new Error('no words');
    };
    const model = { ...MODELS.register, describe };
    const checker = createLinearizabilityChecker({ model });
    const result = await checker.check(sequence(['write', 1], ['read', null, 2]), context());
    expect(result.verdict).toBe('invalid');
    expect(result.summary).toContain('Not linearizable');
  });

  it('refuses what the model cannot read, and says where', () => {
    const history = sequence(['write', 1], ['cas', 7]);
    expect(findUnreadable(MODELS.register, history)).toEqual({
      index: 2,
      reason: 'the model register knows no "cas"; it knows read, write',
    });
    expect(findUnreadable(MODELS['cas-register'], history)).toEqual({
      index: 2,
      reason: 'cas takes [from, to], not 7',
    });
    expect(() => createLinearizabilityChecker({ model: 'no-such' })).toThrow(/no model "no-such"/);
  });
});
