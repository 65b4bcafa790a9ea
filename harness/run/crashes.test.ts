import { describe, expect, it } from 'vitest';

import { fakeTarget } from '../testing/fake-target.js';
import type { Crash } from '../contracts/cluster.js';
import type { Target } from '../contracts/target.js';
import { Crashes } from './crashes.js';

const CRASH: Crash = {
  node: 'n2',
  time: 5,
  exitCode: 1,
  signal: null,
  logTail: 'starting\npanic: the log has a hole\n',
};

/** A target whose nodes may end as they like, unless they complain of a hole. */
const strict: Target = {
  ...fakeTarget,
  brokenPromise: ({ node, logTail }) =>
    logTail.includes('hole') ? `${node} lost what it had stored.` : undefined,
};

describe('a node that ends by itself', () => {
  it('is a crash, and its log says why', () => {
    const crashes = new Crashes(fakeTarget);
    expect(crashes.add(CRASH)).toBe('node n2 ended by itself: panic: the log has a hole');
    expect(crashes.list).toEqual([CRASH]);
  });

  it('is a crash where its log says nothing', () => {
    const crashes = new Crashes(fakeTarget);
    expect(crashes.add({ ...CRASH, logTail: '' })).toBe(
      'node n2 ended by itself: its log is empty',
    );
    expect(crashes.list).toHaveLength(1);
  });

  it('is none where the harness had let it end', () => {
    const crashes = new Crashes(strict);
    const expected = 'as its member was removed';
    expect(crashes.add({ ...CRASH, expected })).toBe(
      'node n2 ended, as its member was removed: panic: the log has a hole',
    );
    expect(crashes.list).toEqual([]);
    expect(crashes.brokenPromise(Infinity)).toBeUndefined();
  });
});

describe('a node whose disk fails it', () => {
  it.each([
    ['full', 'full'],
    ['read-only', 'read-only'],
    ['errors', 'failing'],
    ['damaged', 'damaged'],
  ] as const)('may end, its disk being %s', (disk, words) => {
    const crashes = new Crashes(fakeTarget);
    expect(crashes.add({ ...CRASH, disk })).toContain(`node n2 ended, its disk being ${words}: `);
    expect(crashes.list).toEqual([]);
  });

  it('may not break a promise by it', () => {
    const crashes = new Crashes(strict);
    expect(crashes.add({ ...CRASH, disk: 'full' })).toMatch(/^node n2 ended by itself/);
    expect(crashes.list).toHaveLength(1);
    expect(crashes.brokenPromise(Infinity)).toBe('n2 lost what it had stored.');
  });
});

describe('a broken promise', () => {
  it('is the first one of those before the time that is asked for', () => {
    const crashes = new Crashes(strict);
    crashes.add({ ...CRASH, node: 'n1', time: 1, logTail: 'panic: out of memory' });
    crashes.add({ ...CRASH, node: 'n2', time: 5 });
    crashes.add({ ...CRASH, node: 'n3', time: 9 });
    expect(crashes.brokenPromise(5)).toBeUndefined();
    expect(crashes.brokenPromise(6)).toBe('n2 lost what it had stored.');
    expect(crashes.list.map(({ node }) => node)).toEqual(['n1', 'n2', 'n3']);
  });

  it('is never one where the target promises nothing', () => {
    const crashes = new Crashes(fakeTarget);
    crashes.add(CRASH);
    expect(crashes.brokenPromise(Infinity)).toBeUndefined();
  });
});
