import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../harness/environment/random.js';
import { createVirtualClock } from '../../harness/environment/virtual.js';
import { chooseLinks, drawLinks, LINK_VARIANTS } from './shaping.js';
import { fakeContext } from '../testing/fake-cluster.js';

const NAMES = ['n1', 'n2', 'n3', 'n4', 'n5'];

test('always chooses a link that is used: between nodes that run, one of them the leader', async () => {
  const leaders = fc.constantFrom(...NAMES, undefined);
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.constantFrom(...LINK_VARIANTS),
      leaders,
      fc.subarray(NAMES, { maxLength: 2 }),
      async (seed, variant, leader, down) => {
        const context = fakeContext(NAMES.length, createVirtualClock(), leader);
        for (const node of context.cluster.nodes) {
          if (down.includes(node.name) && node.name !== leader) node.state = 'stopped';
        }
        const runs = (name: string): boolean =>
          context.cluster.nodes.some((node) => node.name === name && node.state === 'running');
        const parameters = drawLinks(createRandom(seed), NAMES);
        const { links } = await chooseLinks({ fault: 'any', variant, parameters }, context);
        const used = links.filter(
          ({ from, to }) =>
            runs(from) && runs(to) && (leader === undefined || [from, to].includes(leader)),
        );
        expect(used).not.toEqual([]);
        expect(new Set(links.map(({ from, to }) => `${from}>${to}`)).size).toBe(links.length);
      },
    ),
  );
});

test('chooses every link now and then, whoever leads', async () => {
  const context = fakeContext(NAMES.length, createVirtualClock(), 'n1');
  for (const variant of LINK_VARIANTS) {
    const seen = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const parameters = drawLinks(createRandom(seed), NAMES);
      const { links } = await chooseLinks({ fault: 'any', variant, parameters }, context);
      for (const { from, to } of links) seen.add(`${from}>${to}`);
    }
    expect(seen.size).toBe(20);
  }
});
