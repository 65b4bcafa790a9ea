import { describe, expect, it } from 'vitest';
import { readOptions, WorkloadOptionError } from './options.js';

const known = {
  keys: { description: '', default: '5' },
  values: { description: '', default: 'unique' },
  mix: { description: '', default: '2:1:1' },
};
const read = (given: Record<string, string>) => readOptions('some', known, given);

describe('readOptions', () => {
  it('takes what was given, and the default otherwise', () => {
    expect(read({}).count('keys', 1)).toBe(5);
    expect(read({ keys: '12' }).count('keys', 1)).toBe(12);
    expect(read({ values: 'small' }).choice('values', ['unique', 'small'])).toBe('small');
    expect(read({ mix: '0:3:10' }).ratio('mix', 3)).toEqual([0, 3, 10]);
  });

  it('names the options that there are', () => {
    expect(() => read({ key: '3' })).toThrow(WorkloadOptionError);
    expect(() => read({ key: '3' })).toThrow(
      'workload some: no option "key"; expected keys, values, mix',
    );
    expect(() => read({ toString: '3' })).toThrow('no option "toString"');
  });

  it.each(['0', '-1', '1.5', '', 'many', '1e3', '99999999999'])('refuses %j keys', (keys) => {
    expect(() => read({ keys }).count('keys', 1)).toThrow(
      `keys cannot be "${keys}"; expected a whole number from 1`,
    );
  });

  it.each(['1:1', '1:1:1:1', '0:0:0', '1:-1:1', 'a:b:c', ''])('refuses the ratio %j', (mix) => {
    expect(() => read({ mix }).ratio('mix', 3)).toThrow(`mix cannot be "${mix}"; expected 3 whole`);
  });

  it('refuses a word that is none of the choices', () => {
    expect(() => read({ values: 'Unique' }).choice('values', ['unique', 'small'])).toThrow(
      'values cannot be "Unique"; expected unique or small',
    );
  });
});
