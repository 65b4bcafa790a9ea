import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientError } from '../../harness/contracts/client.js';
import {
  ALREADY_DOWN,
  type Capability,
  CLIENTS,
  type Cluster,
  type ClusterNode,
  type Crash,
} from '../../harness/contracts/cluster.js';
import type { Link, NodeConnection } from '../../harness/contracts/cluster.js';
import type { Runtime } from '../../harness/contracts/runtime.js';
import type { Target } from '../../harness/contracts/target.js';
import type { Clock } from '../../harness/environment/environment.js';
import { undeclaredFacets, withoutFacet } from './facets.js';
import { createRealClock } from '../../harness/environment/real.js';

/** A runtime with what the suite needs to see of its nodes. */
export interface RuntimeFixture {
  /** The clock that the runtime goes by, where it is not the real one, and what lets it go on. */
  clock?: Clock;
  pace?<T>(work: Promise<T>): Promise<T>;
  createRuntime(clock: Clock): Runtime | Promise<Runtime>;
  /** Its nodes must answer probes and `/status`. */
  target: Target;
  /** What is made ready only for runs that say that they need it: these clusters do not. */
  onlyOnRequest?: readonly Capability[];
  /** Lets the node keep a line, beyond its own death. */
  write(connection: NodeConnection, line: string): Promise<void>;
  read(connection: NodeConnection): Promise<string[]>;
  /** Makes the node end by itself, with an exit code that is not 0. */
  crash(connection: NodeConnection): Promise<void>;
  /** Remembers what a cluster is made of (processes, ports); the function names what is still there. */
  traces(cluster: Cluster): Promise<() => Promise<string[]>>;
}

/** Long enough for a loaded machine; what arrives, arrives at once. */
const PATIENT_MS = 5_000;
/** What is cut never arrives, so a short wait is as good as a long one. */
const SHORT_MS = 300;
/** A delay far above what a probe takes by itself. */
const DELAY_MS = 400;

/** The promises of `Runtime`, `Cluster` and `Network`, held against one implementation of them. */
export function describeRuntime(name: string, fixture: RuntimeFixture): void {
  describe(`runtime ${name}`, () => {
    const clock = fixture.clock ?? createRealClock();
    const pace = fixture.pace ?? (<T>(work: Promise<T>): Promise<T> => work);
    const test = (title: string, body: () => Promise<void>): void =>
      void it(title, () => pace(body()));
    const crashes: Crash[] = [];
    let directory: string;
    let cluster: Cluster;
    let n1: ClusterNode, n2: ClusterNode;
    const oneToTwo: Link = { from: 'n1', to: 'n2' };
    const twoToOne: Link = { from: 'n2', to: 'n1' };
    const clientsToOne: Link = { from: CLIENTS, to: 'n1' };

    const create = async (): Promise<Cluster> => {
      const runtime = await fixture.createRuntime(clock);
      return runtime.createCluster(specFor(fixture.target, directory), () => {});
    };
    const passes = (link: Link): Promise<boolean> => cluster.network.probe(link, PATIENT_MS);
    const isCut = async (link: Link): Promise<boolean> =>
      !(await cluster.network.probe(link, SHORT_MS));
    const withConnection = async <T>(
      node: ClusterNode,
      use: (connection: NodeConnection) => Promise<T>,
    ): Promise<T> => {
      const connection = connectTo(node);
      return use(connection).finally(() => connection.close());
    };

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'schism-runtime-'));
      cluster = await pace(create());
      cluster.onCrash((crash) => crashes.push(crash));
      [n1, n2] = cluster.nodes;
    });
    afterAll(async () => {
      await pace(cluster.teardown());
      await rm(directory, { recursive: true, force: true });
    });

    test('starts every node, and each answers', async () => {
      expect(cluster.nodes.map((node) => node.name)).toEqual(['n1', 'n2', 'n3']);
      for (const node of cluster.nodes) {
        expect(node.state).toBe('running');
        expect(await node.status(PATIENT_MS)).toMatchObject({ name: node.name });
        expect(await passes({ from: CLIENTS, to: node.name })).toBe(true);
      }
      expect(await passes(oneToTwo)).toBe(true);
    });

    test('has a facet for each capability that it declares, and no other', async () => {
      const { capabilities } = await fixture.createRuntime(clock);
      const { onlyOnRequest = [] } = fixture;
      const ready = [...capabilities].filter((name) => !onlyOnRequest.includes(name));
      expect(withoutFacet(cluster, ready)).toEqual([]);
      expect(undeclaredFacets(cluster, capabilities)).toEqual([]);
    });

    test('a killed node is gone, refuses clients, and has its data when it is back', async () => {
      const connection = connectTo(n1);
      await fixture.write(connection, 'kept');
      await n1.process.kill();
      expect(n1.state).toBe('stopped');
      expect(await n1.status(SHORT_MS)).toBeUndefined();
      expect(await withConnection(n1, (fresh) => errorCode(fixture.read(fresh)))).toBe('refused');
      // The old connection may not know yet that it is dead.
      expect(await errorCode(fixture.read(connection))).toMatch(/refused|reset/);
      expect(await isCut(oneToTwo)).toBe(true);
      await n1.process.start();
      expect(n1.state).toBe('running');
      expect(await fixture.read(connection)).toContain('kept');
      expect(await passes(oneToTwo)).toBe(true);
      expect(await passes(twoToOne)).toBe(true);
      await connection.close();
    });

    test('a node that is asked to end does so, and lives another life when it is started again', async () => {
      const before = await n1.process.incarnation();
      expect(before).toBeDefined();
      expect(await n1.process.incarnation()).toBe(before);
      expect(await n1.process.stop(60_000)).toMatchObject({
        killed: false,
        exitCode: 0,
        signal: null,
      });
      expect(n1.state).toBe('stopped');
      expect(await n1.process.incarnation()).toBeUndefined();
      expect(await n1.process.stop()).toEqual(ALREADY_DOWN);
      await n1.process.start();
      expect(await n1.status(PATIENT_MS)).toMatchObject({ name: 'n1' });
      expect(await n1.process.incarnation()).not.toBe(before);
    });

    test('a paused node does nothing until it is resumed', async () => {
      await n1.suspension?.pause();
      expect(n1.state).toBe('paused');
      expect(await n1.status(SHORT_MS)).toBeUndefined();
      expect(await withConnection(n1, (c) => errorCode(c.request('/x', {}, SHORT_MS)))).toMatch(
        /timeout|refused/,
      );
      await n1.suspension?.resume();
      expect(n1.state).toBe('running');
      expect(await n1.status(PATIENT_MS)).toMatchObject({ name: 'n1' });
    });

    test('a cut in one direction leaves the other open', async () => {
      await cluster.network.cut([oneToTwo]);
      expect(await isCut(oneToTwo)).toBe(true);
      expect(await passes(twoToOne)).toBe(true);
      expect(await passes(clientsToOne)).toBe(true);
      await cluster.network.heal([oneToTwo]);
      expect(await passes(oneToTwo)).toBe(true);
    });

    test('a cut in both directions leaves other pairs and the clients alone', async () => {
      await cluster.network.cut([oneToTwo, twoToOne]);
      expect(await isCut(oneToTwo)).toBe(true);
      expect(await isCut(twoToOne)).toBe(true);
      expect(await passes({ from: 'n1', to: 'n3' })).toBe(true);
      expect(await passes({ from: 'n3', to: 'n2' })).toBe(true);
      expect(await passes(clientsToOne)).toBe(true);
      await cluster.network.heal();
      expect(await passes(oneToTwo)).toBe(true);
      expect(await passes(twoToOne)).toBe(true);
    });

    test('a node that was killed and came back in a partition is still cut off', async () => {
      await cluster.network.cut([oneToTwo, twoToOne]);
      await n1.process.kill();
      await n1.process.start();
      expect(await isCut(oneToTwo)).toBe(true);
      expect(await isCut(twoToOne)).toBe(true);
      await cluster.network.heal();
      expect(await passes(oneToTwo)).toBe(true);
      expect(await passes(twoToOne)).toBe(true);
    });

    test('clients can be cut off from a node that its peers still reach', async () => {
      await cluster.network.cut([clientsToOne, { from: 'n1', to: CLIENTS }]);
      expect(await isCut(clientsToOne)).toBe(true);
      expect(await passes(twoToOne)).toBe(true);
      expect(await n1.status(PATIENT_MS)).toMatchObject({ name: 'n1' });
      await cluster.network.heal();
      expect(await passes(clientsToOne)).toBe(true);
    });

    test('a delayed link takes at least its delay, and where none can be given there is none', async () => {
      const { capabilities, delay } = cluster.network;
      expect(delay !== undefined).toBe(capabilities.has('delay'));
      if (!capabilities.has('delay')) return;
      await cluster.network.delay?.([oneToTwo], { delayMs: DELAY_MS, jitterMs: 20 });
      const start = clock.now();
      expect(await passes(oneToTwo)).toBe(true);
      expect((clock.now() - start) / 1e6).toBeGreaterThanOrEqual(DELAY_MS);
      expect(await isCut(oneToTwo)).toBe(true);
      await cluster.network.heal();
      expect(await passes(oneToTwo)).toBe(true);
    });

    test('what shapes do, where there are any, is counted on their own link until it is healed', async () => {
      const { network } = cluster;
      const puts = {
        bandwidth: () => network.bandwidth?.([oneToTwo], { bitsPerSecond: 1e6 }),
        reorder: () => network.reorder?.([oneToTwo], { percent: 100, delayMs: 5 }),
        duplicate: () => network.duplicate?.([oneToTwo], { percent: 100 }),
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
        const before = await network.shaped?.([oneToTwo, twoToOne]);
        expect(before?.links).toBe(1);
        expect(await passes(oneToTwo)).toBe(true);
        const after = await network.shaped?.([oneToTwo, twoToOne]);
        const effect = effects[shape];
        if (effect) expect(after?.[effect]).toBeGreaterThan(before?.[effect] ?? NaN);
        await network.heal([oneToTwo]);
        expect((await network.shaped?.([oneToTwo, twoToOne]))?.links).toBe(0);
      }
    });

    test('a reset, where there is one, breaks what is connected, and new connections succeed', async () => {
      const { capabilities, reset } = cluster.network;
      expect(reset !== undefined).toBe(capabilities.has('reset'));
      if (!capabilities.has('reset')) return;
      const connection = connectTo(n1);
      await fixture.write(connection, 'before the reset');
      expect(await cluster.network.reset?.([clientsToOne])).toBeGreaterThan(0);
      await connection.close();
      const lines = await withConnection(n1, (fresh) => fixture.read(fresh));
      expect(lines).toContain('before the reset');
      await cluster.network.reset?.([oneToTwo]);
      expect(await passes(oneToTwo)).toBe(true);
    });

    test('a node that ends by itself is reported with the end of its log', async () => {
      await withConnection(n2, (connection) => fixture.crash(connection).catch(() => {}));
      while (crashes.length === 0) await clock.sleep(5);
      expect(crashes).toHaveLength(1);
      expect(crashes[0]).toMatchObject({ node: 'n2', exitCode: expect.any(Number) });
      expect(crashes[0].exitCode).not.toBe(0);
      expect(crashes[0].logTail).not.toBe('');
      expect(n2.state).toBe('crashed');
      await n2.process.start();
      expect(await n2.status(PATIENT_MS)).toMatchObject({ name: 'n2' });
    });

    test('an end that was expected is reported with its reason, and the next one without', async () => {
      const crash = async (): Promise<Crash> => {
        const before = crashes.length;
        await withConnection(n2, (connection) => fixture.crash(connection).catch(() => {}));
        while (crashes.length === before) await clock.sleep(5);
        await n2.process.start();
        return crashes[before];
      };
      n2.process.expectEnd('as it was told to');
      expect((await crash()).expected).toBe('as it was told to');
      n2.process.expectEnd(null);
      expect((await crash()).expected).toBeUndefined();
    });

    test('teardown leaves nothing, whatever state the nodes are in, and can be called twice', async () => {
      const remaining = await fixture.traces(cluster);
      expect(await remaining()).not.toEqual([]);
      await n1.suspension?.pause();
      await n2.process.kill();
      await cluster.network.cut([oneToTwo, twoToOne]);
      await Promise.all([cluster.teardown(), cluster.teardown()]);
      await cluster.teardown();
      expect(await remaining()).toEqual([]);
    });
  });
}

function specFor(target: Target, directory: string): Parameters<Runtime['createCluster']>[0] {
  return {
    runId: 'conformance',
    target,
    version: target.versions[0],
    nodes: 3,
    durability: target.defaultDurability,
    settings: {},
    bugs: [],
    seed: 1,
    directory,
  };
}

function connectTo(node: ClusterNode): NodeConnection {
  if (node.connect === undefined) throw new Error(`node ${node.name} offers no connections`);
  return node.connect();
}

async function errorCode(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return 'none';
  } catch (error) {
    return error instanceof ClientError ? error.code : String(error);
  }
}
