import { expect, test } from 'vitest';
import { readResources } from './limits.js';

test('the figures of both versions of cgroups are read alike', () => {
  const expected = {
    memoryBytes: 1000,
    reclaimableBytes: 400,
    memoryLimitBytes: 2000,
    memoryHits: 3,
    memoryKills: 1,
    cpus: 0.05,
    throttledPeriods: 7,
    throttledMs: 250,
  };
  expect(readResources('1000 400 2000 3 1\n5000 100000 7 250\n')).toEqual(expected);
  expect(readResources('1000 400 max 3 1\nmax 100000 7 250\n')).toEqual({
    ...expected,
    memoryLimitBytes: null,
    cpus: null,
  });
  expect(readResources('1000 400 2000 3 1\n-1 100000 7 250\n').cpus).toBeNull();
});

test('what is missing is not taken for nothing', () => {
  expect(() => readResources('1000 400 2000 3\n5000 100000 7 250\n')).toThrow('not understood');
  expect(() => readResources('cat: memory.max: no such file')).toThrow('not understood');
});
