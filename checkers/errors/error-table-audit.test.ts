import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { defineOperations } from '../../harness/contracts/operations/family.js';
import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import { vocabularyOf } from '../../harness/contracts/operations/vocabulary.js';
import type { History, Operation } from '../../harness/history/operation.js';
import type { JsonValue } from '../../harness/json.js';
import { auditFailures as auditWith } from './error-table-audit.js';

const REGISTERS = vocabularyOf([FAMILIES.register, FAMILIES.compareAndSet, FAMILIES.versions]);
const SETS = vocabularyOf([FAMILIES.growOnlySet]);
const QUEUES = vocabularyOf([FAMILIES.queue]);

const auditFailures = (history: History) => auditWith(history, REGISTERS);

/** Operations one after the other, each with two events. */
function historyOf(operations: readonly Partial<Operation>[]): History {
  return {
    events: [],
    operations: operations.map((operation, i) => ({
      process: i,
      f: 'write',
      key: 'x',
      input: null,
      type: 'ok',
      call: 2 * i,
      return: operation.type === 'info' ? Infinity : 2 * i + 1,
      startTime: 2 * i,
      endTime: 2 * i + 1,
      ...operation,
    })),
  };
}

const failedWrite = (input: JsonValue, code = 'no-leader'): Partial<Operation> => ({
  input,
  type: 'fail',
  error: { code },
});
const read = (output: JsonValue): Partial<Operation> => ({ f: 'read', output });

describe('the audit of an error table', () => {
  test('a write that failed and is read later is a defect of the harness', () => {
    const { defects, summary } = auditFailures(
      historyOf([
        { ...failedWrite(7), node: 'n1' },
        { input: 8 },
        read(8),
        { ...read(7), node: 'n2' },
      ]),
    );
    expect(defects).toEqual([
      {
        key: 'x',
        value: 7,
        code: 'no-leader',
        failed: { index: 0, process: 0, f: 'write', node: 'n1' },
        seenBy: { index: 6, process: 3, f: 'read', node: 'n2' },
      },
    ]);
    expect(summary).toContain('write of 7 to key x (operation 0) failed with "no-leader"');
  });

  test('a compare-and-set that replaced the value has seen it', () => {
    const cas = { f: 'cas', input: [7, 9] };
    expect(auditFailures(historyOf([failedWrite(7), cas])).defects).toHaveLength(1);
    const refused = { ...cas, type: 'fail', error: { code: 'mismatch' } } as const;
    expect(auditFailures(historyOf([failedWrite(7), refused])).defects).toEqual([]);
  });

  test('a failed compare-and-set is audited unless it saw another value', () => {
    const failed = (code?: string): Partial<Operation> => ({
      f: 'cas',
      input: [1, 2],
      type: 'fail',
      ...(code && { error: { code } }),
    });
    expect(auditFailures(historyOf([failed('conflict'), read(2)])).defects).toHaveLength(1);
    expect(auditFailures(historyOf([failed('mismatch'), read(2)])).audited).toBe(0);
    expect(auditFailures(historyOf([failed(), read(2)])).audited).toBe(0);
  });

  test.each([
    ['somebody else wrote the same value', [failedWrite(7), { input: 7 }, read(7)]],
    ['somebody may have written it', [failedWrite(7), { input: 7, type: 'info' }, read(7)]],
    ['it is the value of another key', [failedWrite(7), { ...read(7), key: 'y' }]],
    ['it was seen before the write was called', [read(7), failedWrite(7)]],
    ['nobody knows what became of it', [{ input: 7, type: 'info' }, read(7)]],
    ['the read itself failed', [failedWrite(7), { ...read(7), type: 'fail' }]],
    ['null is nobody’s value', [failedWrite(null), read(null)]],
  ] as [string, Partial<Operation>[]][])('no defect where %s', (_why, operations) => {
    expect(auditFailures(historyOf(operations)).defects).toEqual([]);
  });

  test('finds members of sets and items of queues, and objects whatever the order of their fields', () => {
    const add = { ...failedWrite(3), f: 'add' };
    expect(auditWith(historyOf([add, read([1, 3])]), SETS).defects).toHaveLength(1);
    const enqueue = { ...failedWrite('m'), f: 'enqueue' };
    const dequeue = { f: 'dequeue', output: 'm' };
    expect(auditWith(historyOf([enqueue, dequeue]), QUEUES).defects).toHaveLength(1);
    const object = failedWrite({ a: 1, b: 2 });
    expect(auditFailures(historyOf([object, read({ b: 2, a: 1 })])).defects).toHaveLength(1);
  });

  test('asks the family of an operation, a user’s own too, what it writes and what it sees', () => {
    const mailbox = defineOperations({
      name: 'mailbox',
      description: 'letters',
      operations: {
        post: {
          description: 'leaves a letter',
          hasKey: true,
          value: z.object({ letter: z.string() }),
          answer: z.undefined(),
          hasEffects: true,
          writes: (value) => (value as { letter: string }).letter,
        },
        fetch: {
          description: 'answers the letters',
          hasKey: true,
          value: z.undefined(),
          answer: z.array(z.string()),
          hasEffects: true,
          sees: (_value, answer) => answer as string[],
        },
      },
    });
    const history = historyOf([
      { ...failedWrite({ letter: 'a' }), f: 'post' },
      { f: 'fetch', output: ['a'] },
    ]);
    expect(auditWith(history, vocabularyOf([mailbox])).defects).toHaveLength(1);
    expect(auditWith(history, REGISTERS)).toMatchObject({ audited: 0, defects: [] });
  });

  test('takes no version for a value that was seen', () => {
    const history = historyOf([failedWrite(7), { f: 'cas-version', input: [7, 8] }]);
    expect(auditFailures(history).defects).toEqual([]);
  });

  test('a register that only does what it says is never accused', () => {
    const step = fc.record({
      f: fc.constantFrom('read', 'write', 'cas'),
      value: fc.integer({ min: 0, max: 5 }),
      expected: fc.integer({ min: 0, max: 5 }),
      works: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let register: JsonValue = null;
        const operations = steps.map(({ f, value, expected, works }): Partial<Operation> => {
          const error = { code: 'no-leader' };
          if (f === 'read') return read(register);
          const input = f === 'cas' ? [expected, value] : value;
          if (!works) return { f, input, type: 'fail', error };
          if (f === 'cas' && register !== expected) {
            return { f, input, type: 'fail', error: { code: 'mismatch' } };
          }
          register = value;
          return { f, input };
        });
        expect(auditFailures(historyOf(operations)).defects).toEqual([]);
      }),
    );
  });
});
