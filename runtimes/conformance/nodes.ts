import { expect } from 'vitest';
import { ALREADY_DOWN, CLIENTS, type Crash } from '../../harness/contracts/cluster.js';
import { poll } from '../../harness/environment/poll.js';
import { undeclaredFacets, withoutFacet } from './facets.js';
import {
  connectTo,
  errorCode,
  ONE_TO_TWO,
  PATIENT_MS,
  type RuntimeUnderTest,
  SHORT_MS,
  TWO_TO_ONE,
} from './under-test.js';

/** What its nodes are and can do, and that each serves. */
export function testNodes(under: RuntimeUnderTest): void {
  under.test('starts every node, and each answers', async () => {
    expect(under.cluster.nodes.map((node) => node.name)).toEqual(['n1', 'n2', 'n3']);
    for (const node of under.cluster.nodes) {
      expect(node.state).toBe('running');
      expect(await node.status(PATIENT_MS)).toMatchObject({ name: node.name });
      expect(await under.passes({ from: CLIENTS, to: node.name })).toBe(true);
    }
    expect(await under.passes(ONE_TO_TWO)).toBe(true);
  });

  under.test('has a facet for each capability that it declares, and no other', async () => {
    const { capabilities } = await under.fixture.createRuntime(under.clock);
    const { onlyOnRequest = [] } = under.fixture;
    const ready = [...capabilities].filter((name) => !onlyOnRequest.includes(name));
    expect(withoutFacet(under.cluster, ready)).toEqual([]);
    expect(undeclaredFacets(under.cluster, capabilities)).toEqual([]);
  });
}

/** What becomes of a node that is killed, asked to end, or paused. */
export function testLives(under: RuntimeUnderTest): void {
  under.test(
    'a killed node is gone, refuses clients, and has its data when it is back',
    async () => {
      const connection = connectTo(under.n1);
      await under.fixture.write(connection, 'kept');
      await under.n1.process.kill();
      expect(under.n1.state).toBe('stopped');
      expect(await under.n1.status(SHORT_MS)).toBeUndefined();
      expect(
        await under.withConnection(under.n1, (fresh) => errorCode(under.fixture.read(fresh))),
      ).toBe('refused');
      // The old connection may not know yet that it is dead.
      expect(await errorCode(under.fixture.read(connection))).toMatch(/refused|reset/);
      expect(await under.isCut(ONE_TO_TWO)).toBe(true);
      await under.n1.process.start();
      expect(under.n1.state).toBe('running');
      expect(await under.fixture.read(connection)).toContain('kept');
      expect(await under.passes(ONE_TO_TWO)).toBe(true);
      expect(await under.passes(TWO_TO_ONE)).toBe(true);
      await connection.close();
    },
  );

  under.test(
    'a node that is asked to end does so, and lives another life when it is started again',
    async () => {
      const before = await under.n1.process.incarnation();
      expect(before).toBeDefined();
      expect(await under.n1.process.incarnation()).toBe(before);
      expect(await under.n1.process.stop(60_000)).toMatchObject({
        killed: false,
        exitCode: 0,
        signal: null,
      });
      expect(under.n1.state).toBe('stopped');
      expect(await under.n1.process.incarnation()).toBeUndefined();
      expect(await under.n1.process.stop()).toEqual(ALREADY_DOWN);
      await under.n1.process.start();
      expect(await under.n1.status(PATIENT_MS)).toMatchObject({ name: 'n1' });
      expect(await under.n1.process.incarnation()).not.toBe(before);
    },
  );

  under.test('a paused node does nothing until it is resumed', async () => {
    await under.n1.suspension?.pause();
    expect(under.n1.state).toBe('paused');
    expect(await under.n1.status(SHORT_MS)).toBeUndefined();
    expect(
      await under.withConnection(under.n1, (c) => errorCode(c.request('/x', {}, SHORT_MS))),
    ).toMatch(/timeout|refused/);
    await under.n1.suspension?.resume();
    expect(under.n1.state).toBe('running');
    expect(await under.n1.status(PATIENT_MS)).toMatchObject({ name: 'n1' });
  });
}

/** Until so many nodes have ended by themselves. */
async function untilCrashed({ clock, crashes }: RuntimeUnderTest, count: number): Promise<void> {
  await poll(clock, { everyMs: 5 }, () => crashes.length >= count || undefined);
}

/** What is reported of a node that ends by itself. */
export function testCrashes(under: RuntimeUnderTest): void {
  under.test('a node that ends by itself is reported with the end of its log', async () => {
    await under.withConnection(under.n2, (connection) =>
      under.fixture.crash(connection).catch(() => {}),
    );
    await untilCrashed(under, 1);
    expect(under.crashes).toHaveLength(1);
    expect(under.crashes[0]).toMatchObject({ node: 'n2', exitCode: expect.any(Number) });
    expect(under.crashes[0].exitCode).not.toBe(0);
    expect(under.crashes[0].logTail).not.toBe('');
    expect(under.n2.state).toBe('crashed');
    await under.n2.process.start();
    expect(await under.n2.status(PATIENT_MS)).toMatchObject({ name: 'n2' });
  });

  under.test(
    'an end that was expected is reported with its reason, and the next one without',
    async () => {
      const crash = async (): Promise<Crash> => {
        const before = under.crashes.length;
        await under.withConnection(under.n2, (connection) =>
          under.fixture.crash(connection).catch(() => {}),
        );
        await untilCrashed(under, before + 1);
        await under.n2.process.start();
        return under.crashes[before];
      };
      under.n2.process.expectEnd('as it was told to');
      expect((await crash()).expected).toBe('as it was told to');
      under.n2.process.expectEnd(null);
      expect((await crash()).expected).toBeUndefined();
    },
  );
}
