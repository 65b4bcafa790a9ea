import { describe, expect, it } from 'vitest';

import { SIMULATORS } from '../linearizability/testing/simulators.js';
import { createLinearizabilityChecker } from '../linearizability/door/checker.js';
import { MODELS } from '../models/catalogue.js';
import type { AnyModel } from '../models/model.js';
import { CHECKERS } from '../registry.js';
import { CHECKER_LAWS, type CheckerSubject, type ShortEvent } from './checker-laws.js';
import type { Law } from '../../harness/testing/law.js';
import { MODEL_LAWS } from './model-laws.js';
import { describeChecker, describeModel } from './suites.js';

const write = (value: number): ShortEvent[] => [
  { type: 'invoke', f: 'write', value },
  { type: 'ok', f: 'write', value },
];
const read = (value: number): ShortEvent[] => [
  { type: 'invoke', f: 'read' },
  { type: 'ok', f: 'read', value },
];

const registers: CheckerSubject = {
  checker: CHECKERS.linearizability,
  options: { model: 'register' },
  valid: [
    [...write(1), ...read(1)],
    [...write(1), ...write(2), ...read(2)],
  ],
  invalid: [
    [...write(1), ...read(2)],
    [...write(1), ...write(2), ...read(1)],
  ],
};

describeChecker('linearizability', registers);
describeChecker('durability', {
  checker: CHECKERS.durability,
  valid: [[...write(1), ...read(1)]],
  invalid: [[...write(1), { type: 'invoke', f: 'read' }, { type: 'ok', f: 'read', value: null }]],
});
describeModel(MODELS.register, SIMULATORS.register[0], 100);
describeModel(MODELS.counter, SIMULATORS.counter[0], 100);
describeModel(MODELS['fifo-queue'], SIMULATORS['fifo-queue'][0], 100);

/** Titles of the laws that are broken. */
async function broken<Subject>(laws: readonly Law<Subject>[], subject: Subject): Promise<string[]> {
  const titles: string[] = [];
  for (const { title, hold } of laws) {
    await Promise.resolve()
      .then(() => hold(subject))
      .catch(() => titles.push(title));
  }
  return titles;
}

describe('the laws of models', () => {
  const register: AnyModel = MODELS.register;
  const [simulator] = SIMULATORS.register;
  const brokenBy = (change: Partial<AnyModel>) => {
    return broken(MODEL_LAWS, { model: { ...register, ...change }, simulator, cases: 200 });
  };

  it('are broken by a model that lets a read bring another value', async () => {
    const forgetful: AnyModel['step'] = (_state, operation) => register.step(null, operation);
    expect(await brokenBy({ step: forgetful })).toContain(
      'allows what a system without concurrency and faults does',
    );
  });

  it('are broken by one that calls a write an observer', async () => {
    expect(await brokenBy({ operations: { read: 'observer', write: 'observer' } })).toContain(
      'lets observers leave the state as it is',
    );
  });

  it('are broken by one that allows everything', async () => {
    const lax: AnyModel['step'] = (state, { f, input }) => [f === 'write' ? input : state];
    const shortcuts = { needs: undefined, leaves: undefined };
    expect(await brokenBy({ step: lax, ...shortcuts })).toContain(
      'tells wrong answers from right ones',
    );
  });

  it('are broken by one that does not know an operation', async () => {
    expect(await brokenBy({ operations: { read: 'observer' } })).toContain(
      'knows every operation that the system is asked for',
    );
  });
});

describe('the laws of checkers', () => {
  const brokenBy = (check: ReturnType<typeof createLinearizabilityChecker>['check']) => {
    const checker = { description: '', create: () => ({ name: 'mine', description: '', check }) };
    return broken(CHECKER_LAWS, { ...registers, checker });
  };
  const result = { checker: 'mine', verdict: 'valid', summary: 'Fine.' } as const;

  it('are broken by one that finds nothing', async () => {
    expect(await brokenBy(() => Promise.resolve(result))).toEqual([
      'says of each history what is known of it',
      'gives no wrong answer where it is aborted',
    ]);
  });

  it('are broken by one that takes what it does not know for a violation', async () => {
    const { check } = createLinearizabilityChecker({ model: 'register' });
    const hasty: typeof check = async (history, context) => {
      const found = await check(history, context);
      const isOpen = history.operations.some(({ type }) => type === 'info');
      return { ...found, checker: 'mine', ...(isOpen && { verdict: 'invalid' as const }) };
    };
    expect(await brokenBy(hasty)).toEqual([
      'is not surer where less is known: an answer that was lost makes nothing a violation',
    ]);
  });

  it('are broken by an answer that is not in the form', async () => {
    const odd = { ...result, checker: 'yours', unknownReason: 'time' as const };
    expect(await brokenBy(() => Promise.resolve(odd))).toContain(
      'answers in the form that reports read',
    );
  });
});
