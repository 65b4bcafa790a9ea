import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { defineOperations } from './family.js';
import { FAMILIES } from './families/registry.js';
import { complaintAbout, complaintAboutAnswer, vocabularyOf } from './vocabulary.js';

const registers = vocabularyOf([FAMILIES.register, FAMILIES.compareAndSet]);

describe('the vocabulary of some families', () => {
  it('has the operations of all of them, and says which have effects', () => {
    expect(registers.names).toEqual(['read', 'write', 'cas']);
    expect(registers.names.filter((f) => registers.hasEffects(f))).toEqual(['write', 'cas']);
  });

  it('assumes effects of what it does not know', () => {
    expect(registers.shapeOf('enqueue')).toBeUndefined();
    expect(registers.hasEffects('enqueue')).toBe(true);
    expect(registers.hasEffects('toString')).toBe(true);
  });

  it('takes a family that is named twice for one', () => {
    expect(vocabularyOf([FAMILIES.lock, FAMILIES.lock]).names).toEqual(['acquire', 'release']);
  });

  it('refuses families that mean different things by one name', () => {
    expect(() => vocabularyOf([FAMILIES.watch, FAMILIES.sessions])).toThrow(
      'the operation "watch" is one thing in watch and another in sessions',
    );
  });

  it('holds what is asked and answered against a shape, a user’s own too', () => {
    const shape = {
      description: 'moves money',
      hasKey: true,
      value: z.object({ to: z.string(), amount: z.int().positive() }),
      answer: z.int(),
      hasEffects: true,
    };
    const accounts = defineOperations({
      name: 'accounts',
      description: 'accounts',
      operations: { transfer: shape },
    });
    expect(vocabularyOf([accounts]).shapeOf('transfer')).toBe(shape);
    const complain = (key?: string, amount?: number) =>
      complaintAbout('transfer', shape, { key, value: { to: 'b', amount } });
    expect(complain('a', 3)).toBeUndefined();
    expect(complain(undefined, 3)).toBe('"transfer" needs a key');
    expect(complain('a', -3)).toContain('cannot be given {"to":"b","amount":-3}');
    expect(complaintAboutAnswer('transfer', shape, 4)).toBeUndefined();
    expect(complaintAboutAnswer('transfer', shape, undefined)).toContain('cannot answer nothing');
  });
});

describe('the built-in families', () => {
  it.each(Object.values(FAMILIES))('$name has operations, each with a sentence', (family) => {
    const shapes = Object.values(family.operations);
    expect(shapes.length).toBeGreaterThan(0);
    for (const { description } of shapes) expect(description).not.toBe('');
  });

  it('have names of their own', () => {
    const names = Object.values(FAMILIES).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('say of a comparison what it compared, and of a read what it saw', () => {
    const { cas } = FAMILIES.compareAndSet.operations;
    expect([cas.writes([1, 2]), cas.sees([1, 2])]).toEqual([2, [1]]);
    const { read } = FAMILIES.growOnlySet.operations;
    expect(read.sees(null, [1, 2])).toEqual([[1, 2], 1, 2]);
    expect(FAMILIES.versions.operations['cas-version'].writes([7, 'a'])).toBe('a');
  });
});
