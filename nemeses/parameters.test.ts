import { describe, expect, test } from 'vitest';
import type { Nemesis } from '../harness/contracts/nemesis.js';
import { createRandom } from '../harness/environment/random.js';
import { createVirtualClock } from '../harness/environment/virtual.js';
import { decodeFault, FaultError } from './planning/decode-fault.js';
import { NEMESES } from './registry.js';
import { fakeContext } from './testing/fake-cluster.js';

const NAMES = ['n1', 'n2', 'n3', 'n4', 'n5'];
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);

const nemeses: readonly Nemesis[] = Object.values(NEMESES);

const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value));

const variantsOf = ({ variants, onRequest = [] }: Nemesis): string[] => [...variants, ...onRequest];

describe.each(nemeses)('the parameters of $name', (nemesis) => {
  test('are read back from a stored plan as they were drawn', () => {
    for (const variant of variantsOf(nemesis)) {
      for (const seed of SEEDS) {
        const planned = nemesis.plan(createRandom(seed), NAMES, variant);
        expect(decodeFault(nemesis, stored(planned))).toEqual(planned);
      }
    }
  });

  test('are read back from a stored schedule as they were carried out', async () => {
    for (const variant of variantsOf(nemesis)) {
      const clock = createVirtualClock();
      const planned = nemesis.plan(createRandom(1), NAMES, variant);
      const injecting = nemesis.inject(planned, fakeContext(NAMES.length, clock, 'n2'));
      const { fault, parameters } = await clock.runUntilSettled(injecting);
      expect(decodeFault(nemesis, stored({ fault, variant, parameters }))).toEqual({
        fault,
        variant,
        parameters: stored(parameters),
      });
    }
  });

  test('are refused by the name of the field that is wrong, missing or unknown', () => {
    const planned = nemesis.plan(createRandom(1), NAMES);
    const { order, ...rest } = planned.parameters;
    const decode = (parameters: typeof rest) => () =>
      decodeFault(nemesis, { ...planned, parameters });
    expect(decode({ order, ...rest })).not.toThrow();
    expect(decode({ order: [1], ...rest })).toThrow(FaultError);
    expect(decode({ order: [1], ...rest })).toThrow(
      `${planned.fault} ${planned.variant}: parameters.order.0: expected string, received number`,
    );
    expect(decode(rest)).toThrow('parameters.order: expected array, received undefined');
    expect(decode({ order, ...rest, meteor: true })).toThrow(
      'parameters: Unrecognized key: "meteor"',
    );
    expect(() => decodeFault(nemesis, { ...planned, variant: 'meteor' })).toThrow(
      `${planned.fault} meteor: variant: there are ${nemesis.variants[0]}`,
    );
  });
});

test('the lane of each fault is the one that its capabilities gave it before it said its lane', () => {
  expect(Object.fromEntries(nemeses.map(({ name, lane }) => [name, lane]))).toEqual({
    partition: 'network',
    kill: 'nodes',
    laggards: 'nodes',
    'late-news': 'nodes',
    pause: 'nodes',
    restart: 'nodes',
    upgrade: 'nodes',
    power: 'nodes',
    slow: 'network',
    loss: 'network',
    bandwidth: 'network',
    reorder: 'network',
    duplicate: 'network',
    members: 'network',
    memory: 'nodes',
    cpu: 'nodes',
    clock: 'nodes',
    'clock-rate': 'nodes',
    'disk-full': 'nodes',
    'disk-read-only': 'nodes',
    'disk-errors': 'nodes',
    'disk-slow': 'nodes',
    'disk-damage': 'nodes',
  });
});

test('what nodes’ disks may forget is said by the faults that take it', () => {
  const forgetting = nemeses.filter(({ forgets }) => forgets !== undefined);
  expect(forgetting.map(({ name, forgets }) => [name, forgets])).toEqual([
    ['power', 'unsynced'],
    ['disk-damage', 'anything'],
  ]);
});
