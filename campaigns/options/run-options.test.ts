import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { UsageError } from '../definitions/usage-error.js';
import { printOption } from './replay-command.js';
import {
  type AnyRunOption,
  completeOptions,
  defaultOf,
  optionsFor,
  RUN_OPTIONS,
  type RunOptionName,
} from './run-options.js';

const name = fc.stringMatching(/^[a-z][\w'$ ;-]{0,8}[\w'$;-]$/);
const bounded = (least: number) => fc.integer({ min: least, max: 1_000_000 });

/** Values of every option. */
const VALUES: Record<RunOptionName, fc.Arbitrary<unknown>> = {
  nodes: bounded(1),
  concurrency: bounded(1),
  rate: bounded(1),
  time: bounded(0),
  workload: name,
  workloadOptions: fc.dictionary(name, fc.string({ unit: 'grapheme' })),
  faults: fc.array(name),
  faultInterval: bounded(0),
  overlap: fc.boolean(),
  clockMax: bounded(0),
  clockRateMax: bounded(2),
  seed: bounded(0),
  durability: name,
  settings: fc.dictionary(name, fc.string()),
  bugs: fc.array(name),
  operationTimeout: fc.oneof(bounded(0), fc.constantFrom(0.5, 1500.25)),
  checkTimeout: bounded(0),
  memory: bounded(0),
  runsDirectory: name,
  runtime: name,
  upgradeTo: name,
  image: fc.constantFrom('etcd', 'quay.io/coreos/etcd:v3.5.16', 'a@sha256:0f'),
  nodeMemory: fc.oneof(
    bounded(0),
    bounded(1).map((mebibytes) => mebibytes * 2 ** 20),
  ),
  nodeCpus: fc.double({ min: 0.001, max: 512, noNaN: true }),
  keep: fc.boolean(),
  online: fc.boolean(),
  failFast: fc.boolean(),
};

/** What a shell makes of a line: words at spaces, without the quotes around or inside them. */
function shellWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|\\.|[^\s'\\])+/gsu) ?? [];
  return words.map((word) =>
    word.replace(/'([^']*)'|\\(.)/gsu, (_, quoted?: string, escaped?: string) => {
      return quoted ?? escaped ?? '';
    }),
  );
}

/** What the command line makes of an option that was used so often. */
function parseUses({ kind, argument, flag }: AnyRunOption, uses: readonly string[]): unknown {
  const words = uses.map((use) => {
    const [typed, word, ...more] = shellWords(use);
    expect([typed, more]).toEqual([flag, []]);
    return argument === undefined ? '' : (word ?? '');
  });
  if (kind.join === undefined) return words.map((word): unknown => kind.parse(word)).at(-1);
  return words.reduce((before: unknown, word) => kind.join?.(before, kind.parse(word)), kind.empty);
}

describe.each(Object.entries(RUN_OPTIONS))('%s', (id, row) => {
  const option: AnyRunOption = row;

  it('is read again from what is printed of it', () => {
    fc.assert(
      fc.property(VALUES[id as RunOptionName], (value) => {
        const uses = printOption(option, value);
        expect(parseUses(option, uses) ?? false).toEqual(value);
      }),
    );
  });

  it('takes from a program what it takes from a command line', () => {
    fc.assert(
      fc.property(VALUES[id as RunOptionName], (value) => {
        expect(option.kind.read(value)).toEqual(value);
      }),
    );
    expect(() => option.kind.read(() => 1)).toThrow(UsageError);
  });

  it('has defaults that are values of it', () => {
    for (const place of ['test', 'simulate'] as const) {
      const typed = defaultOf(option, place);
      if (typed !== undefined) expect(option.kind.read(typed)).toEqual(option.kind.parse(typed));
    }
    expect(option.flag).toMatch(/^--[a-z-]+$/);
  });
});

test('durations and sizes are numbers, or text with a unit', () => {
  const { time, faultInterval, memory } = completeOptions(
    { time: '10s', faultInterval: 1_500, memory: '1g' },
    'test',
  );
  expect({ time, faultInterval, memory }).toEqual({
    time: 10_000,
    faultInterval: 1_500,
    memory: 2 ** 30,
  });
});

test('what is left out has the default of where the run is made', () => {
  expect(completeOptions({}, 'test')).toMatchObject({ rate: 200, time: 30_000, faults: [] });
  expect(completeOptions({}, 'simulate')).toMatchObject({ rate: 100, time: 60_000, settings: {} });
});

test.each([
  [{ time: 'soon' }, '"soon" is not a duration; write 500ms, 30s, 2m or 1h'],
  [{ time: -1 }, '"-1" is not a duration; write 500ms, 30s, 2m or 1h'],
  [{ nodes: 0 }, '"0" is not a number of nodes: a whole number of at least 1'],
  [{ nodes: 2.5 }, '"2.5" is not a number of nodes: a whole number of at least 1'],
  [{ memory: 'much' }, '"much" is not a size; write 512m or 2g'],
  [{ settings: 'reads' }, '"reads" is not of the form name=value'],
  [{ overlap: 'yes' }, '"yes" is neither true nor false'],
  [{ faults: [{}] }, '{} is not a word, a number or a list'],
  [{ concurency: 3 }, /^unknown option "concurency"; nearest: concurrency/],
])('%j is refused', (given, sentence) => {
  expect(() => completeOptions(given, 'test')).toThrow(sentence);
});

test('what only means something of a real run is refused of a simulated one', () => {
  expect(Object.keys(optionsFor('simulate'))).not.toContain('image');
  expect(() => completeOptions({ image: 'etcd' }, 'simulate')).toThrow('unknown option "image"');
});
