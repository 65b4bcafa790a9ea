import { describe, expect, it } from 'vitest';
import { RaftLog } from './log.js';
import type { Command, Entry } from './messages.js';

const NOOP: Command = { kind: 'noop' };

/** A log with entries of these terms, from index 1 on. */
function createLog(terms: readonly number[]): RaftLog {
  const log = new RaftLog(['n1', 'n2']);
  terms.forEach((term, i) => log.append({ index: i + 1, term, command: NOOP }));
  return log;
}

describe('RaftLog', () => {
  it('keeps what it must know of entries that are compacted away', () => {
    const log = createLog([1, 1, 2, 3]);
    log.compact(3);
    expect([log.firstIndex, log.lastIndex, log.snapshotIndex]).toEqual([4, 4, 3]);
    expect([log.termAt(2), log.termAt(3), log.termAt(4), log.termAt(5)]).toEqual([
      undefined,
      2,
      3,
      undefined,
    ]);
    log.compact(4);
    expect([log.lastIndex, log.lastTerm]).toEqual([4, 3]);
  });

  it('takes a configuration for valid when it is appended, and back when it is cut off', () => {
    const log = createLog([1]);
    const members = ['n1', 'n2', 'n3'];
    const change: Entry = { index: 2, term: 1, command: { kind: 'members', members } };
    log.append(change);
    expect(log.members).toEqual(members);
    expect(log.membersAt(1)).toEqual(['n1', 'n2']);
    log.truncate(2);
    expect(log.members).toEqual(['n1', 'n2']);
    log.append(change);
    log.compact(2);
    expect([log.members, log.membersIndex]).toEqual([members, 2]);
  });

  it.each([
    { index: 9, term: 9, match: 6 },
    { index: 9, term: 2, match: 4 },
    { index: 9, term: 1, match: 2 },
    { index: 3, term: 5, match: 3 },
    { index: 9, term: 0, match: 0 },
  ])('can first agree with term $term at $index at $match', ({ index, term, match }) => {
    expect(createLog([1, 1, 2, 2, 5, 5]).lastPossibleMatch(index, term)).toBe(match);
  });

  it.each([
    { lastIndex: 1, lastTerm: 3, expected: true },
    { lastIndex: 3, lastTerm: 2, expected: true },
    { lastIndex: 2, lastTerm: 2, expected: false },
    { lastIndex: 9, lastTerm: 1, expected: false },
  ])('compares ends by term, then by index: $lastIndex@$lastTerm', (given) => {
    const { lastIndex, lastTerm, expected } = given;
    expect(createLog([1, 1, 2]).isUpToDate(lastIndex, lastTerm)).toBe(expected);
  });
});
