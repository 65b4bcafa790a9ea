import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Link } from '../../harness/contracts/cluster.js';
import { SPLITS, type Split } from './splits.js';

const split: fc.Arbitrary<Split> = fc.integer({ min: 2, max: 9 }).chain((count) => {
  const names = Array.from({ length: count }, (_, index) => `n${index + 1}`);
  return fc.record({
    names: fc.constant(names),
    order: fc.shuffledSubarray(names, { minLength: count, maxLength: count }),
    leader: fc.constantFrom(...names),
    groupSize: fc.integer({ min: 1, max: Math.max(1, Math.floor((count - 1) / 2)) }),
    direction: fc.constantFrom('outbound' as const, 'inbound' as const),
  });
});

const keyOf = ({ from, to }: Link): string => `${from}>${to}`;

/** Whom each node still reaches directly, itself among them. */
function views({ names }: Split, cut: readonly Link[]): Map<string, string[]> {
  const keys = new Set(cut.map(keyOf));
  return new Map(names.map((from) => [from, names.filter((to) => !keys.has(keyOf({ from, to })))]));
}

/** The groups whose members reach each other, by whatever way. */
function islands(all: Split, cut: readonly Link[]): string[][] {
  const view = views(all, cut);
  const seen = new Set<string>();
  return all.names.flatMap((start) => {
    if (seen.has(start)) return [];
    const island = [start];
    for (const name of island) {
      seen.add(name);
      for (const next of view.get(name) ?? []) if (!island.includes(next)) island.push(next);
    }
    return [island];
  });
}

describe('partitions', () => {
  test('no kind cuts a node from itself, a link twice, or a node that is not there', () => {
    fc.assert(
      fc.property(split, fc.constantFrom(...Object.values(SPLITS)), (all, shape) => {
        const links = shape(all);
        expect(new Set(links.map(keyOf)).size).toBe(links.length);
        for (const { from, to } of links) {
          expect(from).not.toBe(to);
          expect(all.names).toContain(from);
          expect(all.names).toContain(to);
        }
      }),
    );
  });

  test('all kinds but one-way cut both directions', () => {
    fc.assert(
      fc.property(split, (all) => {
        for (const [kind, shape] of Object.entries(SPLITS)) {
          const keys = new Set(shape(all).map(keyOf));
          const backward = shape(all).filter(({ from, to }) => keys.has(`${to}>${from}`));
          expect(backward.length).toBe(kind === 'one-way' ? 0 : keys.size);
        }
      }),
    );
  });

  test('halves leave two islands whose sizes differ by at most one', () => {
    fc.assert(
      fc.property(
        split,
        fc.constantFrom('halves' as const, 'random-halves' as const),
        (all, kind) => {
          const sizes = islands(all, SPLITS[kind](all)).map((island) => island.length);
          expect(sizes).toHaveLength(2);
          expect(Math.abs(sizes[0] - sizes[1])).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('isolating leaves the one alone and all others together', () => {
    fc.assert(
      fc.property(split, (all) => {
        const alone = { 'isolate-one': all.order[0], 'isolate-leader': all.leader };
        for (const kind of ['isolate-one', 'isolate-leader'] as const) {
          const groups = islands(all, SPLITS[kind](all));
          expect(groups).toHaveLength(2);
          expect(groups).toContainEqual([alone[kind]]);
        }
      }),
    );
  });

  test('in a ring each node sees a majority, and no two the same one', () => {
    fc.assert(
      fc.property(
        split.filter(({ names }) => names.length >= 4),
        (all) => {
          const links = SPLITS['majorities-ring'](all);
          expect(links.length).toBeGreaterThan(0);
          const seen = [...views(all, links).values()];
          for (const view of seen) expect(view.length).toBeGreaterThan(all.names.length / 2);
          expect(new Set(seen.map((view) => [...view].sort().join())).size).toBe(seen.length);
        },
      ),
    );
  });

  test('three nodes are left as a line: everyone sees a majority, the ends do not see each other', () => {
    const names = ['n1', 'n2', 'n3'];
    const all: Split = { names, order: names, leader: 'n1', groupSize: 1, direction: 'inbound' };
    expect(SPLITS['majorities-ring'](all).map(keyOf)).toEqual(['n1>n3', 'n3>n1']);
    expect(SPLITS.bridge(all).map(keyOf)).toEqual(['n2>n3', 'n3>n2']);
  });

  test('a bridge sees everyone, and without it there are two islands', () => {
    fc.assert(
      fc.property(
        split.filter(({ names }) => names.length >= 3),
        (all) => {
          const links = SPLITS.bridge(all);
          expect(views(all, links).get(all.order[0])).toHaveLength(all.names.length);
          const rest = { ...all, names: all.order.slice(1) };
          expect(islands(rest, links)).toHaveLength(2);
        },
      ),
    );
  });

  test('one-way silences exactly one direction of the group', () => {
    const names = ['n1', 'n2', 'n3'];
    const all: Split = { names, order: names, leader: 'n1', groupSize: 1, direction: 'outbound' };
    expect(SPLITS['one-way'](all).map(keyOf)).toEqual(['n1>n2', 'n1>n3']);
    const deaf: Split = { ...all, direction: 'inbound' };
    expect(SPLITS['one-way'](deaf).map(keyOf)).toEqual(['n2>n1', 'n3>n1']);
  });
});
