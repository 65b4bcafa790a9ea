import { afterAll, beforeAll, describe, expect } from 'vitest';
import { testCuts, testShapes } from './network.js';
import { testCrashes, testLives, testNodes } from './nodes.js';
import { ONE_TO_TWO, type RuntimeFixture, RuntimeUnderTest, TWO_TO_ONE } from './under-test.js';

/** The promises of `Runtime`, `Cluster` and `Network`, held against one implementation of them. */
export function describeRuntime(name: string, fixture: RuntimeFixture): void {
  describe(`runtime ${name}`, () => {
    const under = new RuntimeUnderTest(fixture);
    beforeAll(() => under.begin());
    afterAll(() => under.end());

    testNodes(under);
    testLives(under);
    testCuts(under);
    testShapes(under);
    testCrashes(under);
    testTeardown(under);
  });
}

/** The last one: nothing is left of the cluster after it. */
function testTeardown(under: RuntimeUnderTest): void {
  under.test(
    'teardown leaves nothing, whatever state the nodes are in, and can be called twice',
    async () => {
      const remaining = await under.fixture.traces(under.cluster);
      expect(await remaining()).not.toEqual([]);
      await under.n1.suspension?.pause();
      await under.n2.process.kill();
      await under.cluster.network.cut([ONE_TO_TWO, TWO_TO_ONE]);
      await Promise.all([under.cluster.teardown(), under.cluster.teardown()]);
      await under.cluster.teardown();
      expect(await remaining()).toEqual([]);
    },
  );
}
