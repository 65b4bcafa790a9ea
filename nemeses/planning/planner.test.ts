import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Nemesis } from '../../harness/contracts/nemesis.js';
import { createRandom } from '../../harness/environment/random.js';
import { planFaults, type PlannedEvent, type PlanOptions } from './planner.js';
import { parseFaults, NoLeaderError, UnknownFaultError } from './selection.js';
import { NEMESES } from '../registry.js';

const NODES = ['n1', 'n2', 'n3', 'n4', 'n5'];

function plan(text: string, totalMs: number, seed: number, more: Partial<PlanOptions> = {}) {
  const random = createRandom(seed);
  return planFaults({
    selections: parseFaults(text, NEMESES),
    nodes: NODES,
    totalMs,
    random,
    ...more,
  });
}

const overlaps = (a: PlannedEvent, b: PlannedEvent): boolean =>
  a !== b && a.startMs < b.endMs && b.startMs < a.endMs;

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const faultLists = fc
  .subarray(['partition', 'kill', 'pause', 'slow'], { minLength: 1 })
  .map((names) => names.join(','));

describe('a plan of faults', () => {
  test('the same seed gives the same plan, another seed another', () => {
    expect(plan('partition,kill', 30_000, 7)).toEqual(plan('partition,kill', 30_000, 7));
    expect(plan('partition,kill', 30_000, 7)).not.toEqual(plan('partition,kill', 30_000, 8));
  });

  test('events lie in order within the time, apart from each other', () => {
    fc.assert(
      fc.property(faultLists, fc.integer({ min: 0, max: 90_000 }), seeds, (names, total, seed) => {
        const events = plan(names, total, seed);
        for (const [index, event] of events.entries()) {
          expect(event.startMs).toBeGreaterThanOrEqual(0);
          expect(event.endMs).toBeGreaterThan(event.startMs);
          expect(event.endMs).toBeLessThanOrEqual(total);
          expect(event.id).toBe(index + 1);
        }
        expect(events.some((a) => events.some((b) => overlaps(a, b)))).toBe(false);
      }),
    );
  });

  test('every fault appears once before any appears twice, where five seconds a fault are given', () => {
    fc.assert(
      fc.property(faultLists, seeds, (names, seed) => {
        const wanted = names.split(',');
        const events = plan(names, wanted.length * 5_000, seed);
        const first = events.slice(0, wanted.length).map(({ planned }) => planned.fault);
        expect([...first].sort()).toEqual([...wanted].sort());
      }),
    );
  });

  test('what can be done once is planned once, and the others go on', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const names = (text: string) =>
          plan(text, 60_000, seed).map(({ planned }) => planned.fault);
        expect(names('upgrade')).toEqual(['upgrade']);
        const both = names('upgrade,kill');
        expect(both.filter((name) => name === 'upgrade')).toHaveLength(1);
        expect(both.length).toBeGreaterThan(6);
      }),
    );
  });

  test('each fault goes through its variants before it repeats one', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const variants = plan('kill', 120_000, seed).map(({ planned }) => planned.variant);
        expect(variants.length).toBeGreaterThan(8);
        expect(new Set(variants.slice(0, 4)).size).toBe(4);
        expect(new Set(variants.slice(4, 8)).size).toBe(4);
      }),
    );
  });

  test('only the variants that were asked for are planned', () => {
    const variants = plan('kill:leader,kill:all', 120_000, 3).map(({ planned }) => planned.variant);
    expect(new Set(variants)).toEqual(new Set(['leader', 'all']));
  });

  test('events come at the wanted interval on average', () => {
    const events = plan('partition,kill,pause', 2_000_000, 5, { intervalMs: 2_000 });
    expect(events.length).toBeGreaterThan(450);
    expect(events.length).toBeLessThan(550);
  });

  test('the random draws of a fault do not depend on which others were selected', () => {
    const stream = (names: string) =>
      plan(names, 60_000, 11)
        .filter(({ planned }) => planned.fault === 'partition')
        .slice(0, 2)
        .map(({ planned }) => planned);
    expect(stream('partition,kill')).toEqual(stream('partition'));
  });

  test('with overlap a fault of nodes meets faults of the network, and never one of its own kind', () => {
    const together = plan('partition,slow,kill,pause', 300_000, 5, { overlap: true });
    const pairs = together.flatMap((a) =>
      together.filter((b) => overlaps(a, b)).map((b) => [a, b]),
    );
    expect(pairs.length).toBeGreaterThan(0);
    const ofNodes = (event: PlannedEvent): boolean =>
      ['kill', 'pause'].includes(event.planned.fault);
    for (const [a, b] of pairs) expect(ofNodes(a)).not.toBe(ofNodes(b));
  });

  test('without faults or time there is nothing to do', () => {
    expect(plan('', 60_000, 1)).toEqual([]);
    expect(plan('kill', 0, 1)).toEqual([]);
  });
});

describe('the faults that a user names', () => {
  test('a fault alone stands for all its usual variants', () => {
    const [{ nemesis, variants }] = parseFaults(' kill ', NEMESES);
    expect(nemesis.name).toBe('kill');
    expect(variants).toEqual(nemesis.variants);
    expect(variants).not.toContain('majority');
  });

  test('others are planned where they are named', () => {
    const [{ variants }] = parseFaults('kill:majority,kill:follower', NEMESES);
    expect(variants).toEqual(['majority', 'follower']);
  });

  test('where nobody leads, what goes by the leader is left out, and refused where it is named', () => {
    const variantsOf = (text: string) =>
      parseFaults(text, NEMESES, false).map(({ variants }) => variants);
    expect(variantsOf('kill,partition')).toEqual([
      ['one', 'minority', 'all'],
      NEMESES.partition.variants.filter((variant) => variant !== 'isolate-leader'),
    ]);
    for (const text of ['kill:leader', 'restart:follower', 'clock-rate:slow-leader', 'late-news']) {
      expect(() => parseFaults(text, NEMESES, false)).toThrow(NoLeaderError);
    }
  });

  test('a variant that goes by the leader is one that there is', () => {
    for (const { variants, onRequest = [], byLeader = [] } of Object.values<Nemesis>(NEMESES)) {
      expect([...variants, ...onRequest]).toEqual(expect.arrayContaining([...byLeader]));
    }
  });

  test.each([
    ['kil', 'fault', 'kill'],
    ['kill:leadr', 'variant', 'kill:leader'],
    ['toString', 'fault', 'partition'],
    ['kill:', 'variant', 'kill:all'],
  ])('%s is refused with the names that there are', (text, kind, name) => {
    let error: unknown;
    try {
      parseFaults(text, NEMESES);
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(UnknownFaultError);
    expect(error).toMatchObject({ kind, given: text });
    expect((error as UnknownFaultError).valid).toContain(name);
  });
});
