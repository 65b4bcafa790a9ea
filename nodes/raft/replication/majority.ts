import type { Leading } from '../state/leading.js';
import type { RaftNode } from '../state/node.js';

/**
 * The highest value that a majority of the members has reached, the leader with its `own`. Servers that
 * catch up are no members yet, and do not count.
 */
export function reachedByMajority(
  { name, members, quorum }: RaftNode,
  leading: Leading,
  own: number,
  what: 'match' | 'round',
): number {
  const values = members.map((member) =>
    member === name ? own : (leading.progress.get(member)?.[what] ?? 0),
  );
  return values.sort((a, b) => b - a)[quorum - 1];
}
