import { expect } from 'vitest';
import { CLIENTS, type Link } from '../../harness/contracts/cluster.js';
import { elapsedMs } from '../../harness/environment/elapsed.js';
import {
  connectTo,
  ONE_TO_TWO,
  PATIENT_MS,
  type RuntimeUnderTest,
  TWO_TO_ONE,
} from './under-test.js';

/** A delay far above what a probe takes by itself. */
const DELAY_MS = 400;

const CLIENTS_TO_ONE: Link = { from: CLIENTS, to: 'n1' };

/** What a cut stops, and what it leaves alone. */
export function testCuts(under: RuntimeUnderTest): void {
  under.test('a cut in one direction leaves the other open', async () => {
    await under.cluster.network.cut([ONE_TO_TWO]);
    expect(await under.isCut(ONE_TO_TWO)).toBe(true);
    expect(await under.passes(TWO_TO_ONE)).toBe(true);
    expect(await under.passes(CLIENTS_TO_ONE)).toBe(true);
    await under.cluster.network.heal([ONE_TO_TWO]);
    expect(await under.passes(ONE_TO_TWO)).toBe(true);
  });

  under.test('a cut in both directions leaves other pairs and the clients alone', async () => {
    await under.cluster.network.cut([ONE_TO_TWO, TWO_TO_ONE]);
    expect(await under.isCut(ONE_TO_TWO)).toBe(true);
    expect(await under.isCut(TWO_TO_ONE)).toBe(true);
    expect(await under.passes({ from: 'n1', to: 'n3' })).toBe(true);
    expect(await under.passes({ from: 'n3', to: 'n2' })).toBe(true);
    expect(await under.passes(CLIENTS_TO_ONE)).toBe(true);
    await under.cluster.network.heal();
    expect(await under.passes(ONE_TO_TWO)).toBe(true);
    expect(await under.passes(TWO_TO_ONE)).toBe(true);
  });

  under.test('a node that was killed and came back in a partition is still cut off', async () => {
    await under.cluster.network.cut([ONE_TO_TWO, TWO_TO_ONE]);
    await under.n1.process.kill();
    await under.n1.process.start();
    expect(await under.isCut(ONE_TO_TWO)).toBe(true);
    expect(await under.isCut(TWO_TO_ONE)).toBe(true);
    await under.cluster.network.heal();
    expect(await under.passes(ONE_TO_TWO)).toBe(true);
    expect(await under.passes(TWO_TO_ONE)).toBe(true);
  });

  under.test('clients can be cut off from a node that its peers still reach', async () => {
    await under.cluster.network.cut([CLIENTS_TO_ONE, { from: 'n1', to: CLIENTS }]);
    expect(await under.isCut(CLIENTS_TO_ONE)).toBe(true);
    expect(await under.passes(TWO_TO_ONE)).toBe(true);
    expect(await under.n1.status(PATIENT_MS)).toMatchObject({ name: 'n1' });
    await under.cluster.network.heal();
    expect(await under.passes(CLIENTS_TO_ONE)).toBe(true);
  });
}

/** What is done to links that stay open, by runtimes that can do it. */
export function testShapes(under: RuntimeUnderTest): void {
  under.test(
    'a delayed link takes at least its delay, and where none can be given there is none',
    async () => {
      const { capabilities, delay } = under.cluster.network;
      expect(delay !== undefined).toBe(capabilities.has('delay'));
      if (!capabilities.has('delay')) return;
      await under.cluster.network.delay?.([ONE_TO_TWO], { delayMs: DELAY_MS, jitterMs: 20 });
      const start = under.clock.now();
      expect(await under.passes(ONE_TO_TWO)).toBe(true);
      expect(elapsedMs(under.clock, start)).toBeGreaterThanOrEqual(DELAY_MS);
      expect(await under.isCut(ONE_TO_TWO)).toBe(true);
      await under.cluster.network.heal();
      expect(await under.passes(ONE_TO_TWO)).toBe(true);
    },
  );

  under.test(
    'what shapes do, where there are any, is counted on their own link until it is healed',
    async () => {
      const { network } = under.cluster;
      const puts = {
        bandwidth: () => network.bandwidth?.([ONE_TO_TWO], { bitsPerSecond: 1e6 }),
        reorder: () => network.reorder?.([ONE_TO_TWO], { percent: 100, delayMs: 5 }),
        duplicate: () => network.duplicate?.([ONE_TO_TWO], { percent: 100 }),
      };
      // A probe is too small to have to wait.
      const effects = {
        bandwidth: undefined,
        reorder: 'reordered',
        duplicate: 'duplicated',
      } as const;
      for (const shape of ['bandwidth', 'reorder', 'duplicate'] as const) {
        const done = puts[shape]();
        expect(done !== undefined).toBe(network.capabilities.has(shape));
        if (done === undefined) continue;
        await done;
        const before = await network.shaped?.([ONE_TO_TWO, TWO_TO_ONE]);
        expect(before?.links).toBe(1);
        expect(await under.passes(ONE_TO_TWO)).toBe(true);
        const after = await network.shaped?.([ONE_TO_TWO, TWO_TO_ONE]);
        const effect = effects[shape];
        if (effect) expect(after?.[effect]).toBeGreaterThan(before?.[effect] ?? NaN);
        await network.heal([ONE_TO_TWO]);
        expect((await network.shaped?.([ONE_TO_TWO, TWO_TO_ONE]))?.links).toBe(0);
      }
    },
  );

  under.test(
    'a reset, where there is one, breaks what is connected, and new connections succeed',
    async () => {
      const { capabilities, reset } = under.cluster.network;
      expect(reset !== undefined).toBe(capabilities.has('reset'));
      if (!capabilities.has('reset')) return;
      const connection = connectTo(under.n1);
      await under.fixture.write(connection, 'before the reset');
      expect(await under.cluster.network.reset?.([CLIENTS_TO_ONE])).toBeGreaterThan(0);
      await connection.close();
      const lines = await under.withConnection(under.n1, (fresh) => under.fixture.read(fresh));
      expect(lines).toContain('before the reset');
      await under.cluster.network.reset?.([ONE_TO_TWO]);
      expect(await under.passes(ONE_TO_TWO)).toBe(true);
    },
  );
}
