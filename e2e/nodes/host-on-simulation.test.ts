import { describe, expect, it } from 'vitest';
import type { Cluster, ClusterNode, NodeConnection } from '../../harness/contracts/cluster.js';
import { BrokenInvariant } from '../../harness/contracts/protocol-monitor.js';
import type { ClusterSpec, Runtime } from '../../harness/contracts/runtime.js';
import type { Target } from '../../harness/contracts/target.js';
import { createVirtualClock, type VirtualClock } from '../../harness/environment/virtual.js';
import type { JsonValue } from '../../harness/json.js';
import { describeRuntime } from '../../runtimes/conformance/suite.js';
import { createSimulationRuntime } from '../../runtimes/simulation/runtime.js';
import { DURABILITY_MODES } from '../../nodes/host/log/durability.js';
import { HOST_KIT } from '../../nodes/host/host-kit.js';

/** Nodes that keep a list, and say who they are. */
const echo: Target = {
  name: 'echo',
  description: 'keeps lists',
  versions: ['1'],
  durabilityModes: DURABILITY_MODES,
  defaultDurability: 'batch',
  settings: {},
  bugs: {},
  families: [],
  errors: {},
  createClient: () => {
    throw new Error('no client is needed');
  },
  isReady: () => true,
  leadership: () => ({ isLeader: false, term: 0 }),
  starts: {
    program: {
      module: new URL('../../nodes/host/testing/echo.js', import.meta.url),
      export: 'createEchoProgram',
    },
  },
};

const conformanceClock = createVirtualClock();
const conforming = await simulation(conformanceClock);

describeRuntime('simulation', {
  clock: conformanceClock,
  pace: (work) => conformanceClock.runUntilSettled(work),
  createRuntime: () => conforming,
  target: echo,
  write: async (connection, value) => {
    await connection.request('/append', { value }, 5_000);
  },
  read: async (connection) => (await connection.request('/list', {}, 5_000)).body as string[],
  crash: async (connection) => {
    await connection.request('/halt', {}, 5_000);
  },
  traces: (cluster) =>
    Promise.resolve(() =>
      Promise.resolve(
        cluster.nodes.filter(({ state }) => state !== 'stopped').map(({ name }) => name),
      ),
    ),
});

/** Its program is loaded before virtual time begins, which knows nothing of how long that takes. */
async function simulation(clock: VirtualClock): Promise<Runtime> {
  const runtime = createSimulationRuntime({ clock, hosts: HOST_KIT, keepsFiles: false });
  await runtime.prepare?.(echo);
  return runtime;
}

/** Runs `work` on three nodes, from their start to its end, in virtual time. */
async function simulate<T>(
  work: (cluster: Cluster, clock: VirtualClock) => Promise<T>,
  spec: Partial<ClusterSpec> = {},
): Promise<T> {
  const clock = createVirtualClock();
  const runtime = await simulation(clock);
  const whole = async (): Promise<T> => {
    const cluster = await runtime.createCluster(
      {
        runId: 'test',
        target: echo,
        version: '1',
        nodes: 3,
        durability: 'batch',
        settings: {},
        bugs: [],
        seed: 1,
        directory: '',
        ...spec,
      },
      () => undefined,
    );
    return work(cluster, clock);
  };
  return clock.runUntilSettled(whole());
}

function connect({ nodes }: Cluster, index = 0): NodeConnection {
  const connection = nodes[index].connect?.();
  if (!connection) throw new Error('a simulated node offers connections');
  return connection;
}

async function list(connection: NodeConnection): Promise<JsonValue> {
  return (await connection.request('/list', {}, 1_000)).body;
}

/** Appends one value after the other; resolves with those that were acknowledged. */
async function append(connection: NodeConnection, values: readonly number[]): Promise<number[]> {
  const acknowledged: number[] = [];
  for (const value of values) {
    const reply = await connection.request('/append', { value }, 1_000).catch(() => undefined);
    if (reply?.status === 200) acknowledged.push(value);
  }
  return acknowledged;
}

const NUMBERS = Array.from({ length: 50 }, (_, index) => index);

describe('a simulated node', () => {
  it('keeps through a power cut what it acknowledged after a sync, and all of it through a kill', async () => {
    const found = await simulate(async (cluster) => {
      const connection = connect(cluster);
      await append(connection, NUMBERS);
      await cluster.nodes[0].process.kill();
      await cluster.nodes[0].process.start();
      const afterKill = await list(connection);
      const loss = await cluster.nodes[0].power?.cut();
      await cluster.nodes[0].process.start();
      return { afterKill, afterCut: await list(connection), loss };
    });
    expect(found.afterKill).toEqual(NUMBERS);
    expect(found.afterCut).toEqual(NUMBERS);
  });

  it('loses in a power cut what was written and never synced, and says how much', async () => {
    const losses = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((seed) =>
        simulate(
          async (cluster) => {
            const connection = connect(cluster);
            await append(connection, NUMBERS);
            const loss = await cluster.nodes[0].power?.cut();
            await cluster.nodes[0].process.start();
            const left = (await list(connection)) as number[];
            expect(left).toEqual(NUMBERS.slice(0, left.length));
            return { bytes: loss?.lostBytes ?? 0, records: NUMBERS.length - left.length };
          },
          { durability: 'never', seed },
        ),
      ),
    );
    expect(losses.some(({ records }) => records > 0)).toBe(true);
    for (const { bytes, records } of losses) expect(bytes > 0).toBe(records > 0);
  });

  it('sleeps through its timers and its messages while it is paused, and gets them afterwards', async () => {
    const heard = await simulate(async (cluster, clock) => {
      const [n1, n2] = cluster.nodes;
      await n2.suspension?.pause();
      await connect(cluster).request('/tell', { to: 'n2', message: 'hello' }, 1_000);
      await clock.sleep(500);
      const during = await n2.status(100);
      await n2.suspension?.resume();
      const reply = await connect(cluster, 1).request('/heard', {}, 1_000);
      return { during, heard: reply.body, n1: n1.state };
    });
    expect(heard).toEqual({ during: undefined, heard: [['n1', 'hello']], n1: 'running' });
  });

  it('has a wall clock that a skew moves, and that comes right again', async () => {
    const read = async (node: ClusterNode): Promise<number> =>
      (await node.clock?.read())?.wallMs ?? NaN;
    const clocks = await simulate(async ({ nodes: [node] }, clock) => {
      const before = (await read(node)) - clock.wallMs();
      await node.clock?.skew({ offsetMs: -60_000, driftPpm: 100_000 });
      const jumped = (await read(node)) - clock.wallMs();
      await clock.sleep(10_000);
      const drifted = (await read(node)) - clock.wallMs();
      await node.clock?.putRight();
      return { before, jumped, drifted, after: (await read(node)) - clock.wallMs() };
    });
    expect(Math.abs(clocks.before)).toBeLessThan(50);
    expect(clocks.jumped - clocks.before).toBeCloseTo(-60_000, -1);
    expect(clocks.drifted - clocks.jumped).toBeCloseTo(1_000, -1);
    expect(Math.abs(clocks.after - clocks.before)).toBeLessThan(10);
  });

  it('crashes on a disk that fails, and comes back when it is mended', async () => {
    const crashes: unknown[] = [];
    await simulate(async (cluster) => {
      cluster.onCrash(({ node, exitCode, disk }) => crashes.push([node, exitCode, disk]));
      const connection = connect(cluster);
      await cluster.nodes[0].disk?.break({ kind: 'errors' });
      expect(await append(connection, [1])).toEqual([]);
      expect(cluster.nodes[0].state).toBe('crashed');
      await cluster.nodes[0].disk?.mend();
      await cluster.nodes[0].process.start();
      expect(await append(connection, [2])).toEqual([2]);
    });
    expect(crashes).toEqual([['n1', HOST_KIT.exitCodes.disk, 'errors']]);
  });

  it('refuses a log that was damaged while it was down', async () => {
    const refused = await simulate(async (cluster) => {
      await append(connect(cluster), NUMBERS);
      await cluster.nodes[0].process.kill();
      const what = await cluster.nodes[0].storedLog?.damage({ kind: 'flip-bit', draw: 0.2 });
      expect(what).toMatch(/^wal-.*: bit \d of byte \d+ of \d+ was flipped/);
      return cluster.nodes[0].process.start().then(
        () => 'started',
        (error: unknown) => String(error),
      );
    });
    expect(refused).toMatch(/ended before it was up[^]*corrupt log/);
  });
});

describe('a simulated network', () => {
  it('counts what it loses, doubles and lets overtake, and does none of it when healed', async () => {
    const figures = await simulate(async (cluster, clock) => {
      const { network } = cluster;
      const link = [{ from: 'n1', to: 'n2' }];
      const tell = async (): Promise<number> => {
        const [sender, receiver] = [connect(cluster, 0), connect(cluster, 1)];
        const before = ((await receiver.request('/heard', {}, 1_000)).body as []).length;
        for (const message of NUMBERS) await sender.request('/tell', { to: 'n2', message }, 1_000);
        await clock.sleep(1_000);
        return ((await receiver.request('/heard', {}, 1_000)).body as []).length - before;
      };
      await network.loss?.(link, { percent: 50 });
      const lossy = await tell();
      await network.heal(link);
      await network.duplicate?.(link, { percent: 50 });
      await network.reorder?.(link, { percent: 20, delayMs: 30 });
      const doubled = await tell();
      const shaped = await network.shaped?.(link);
      await network.heal();
      const clean = await tell();
      return { lossy, doubled, clean, shaped, after: await network.shaped?.(link) };
    });
    expect(figures.lossy).toBeLessThan(NUMBERS.length);
    expect(figures.doubled).toBe(NUMBERS.length + (figures.shaped?.duplicated ?? 0));
    expect(figures.shaped?.duplicated).toBeGreaterThan(0);
    expect(figures.shaped?.reordered).toBeGreaterThan(0);
    expect(figures.clean).toBe(NUMBERS.length);
    expect(figures.after?.links).toBe(0);
  });

  it('does the same again from the same seed, and something else from another', async () => {
    const trace = (seed: number): Promise<number[]> =>
      simulate(
        async (cluster, clock) => {
          const times: number[] = [];
          for (const value of NUMBERS) {
            await connect(cluster).request('/append', { value }, 1_000);
            times.push(clock.now());
          }
          return times;
        },
        { seed },
      );
    expect(await trace(5)).toEqual(await trace(5));
    expect(await trace(5)).not.toEqual(await trace(6));
  });
});

describe('a monitor', () => {
  /** Says that something is broken when a node was sent its third request. */
  const watched: Target = {
    ...echo,
    monitor: () => {
      let requests = 0;
      return {
        observe: ({ input }) => {
          if (input.kind === 'request' && ++requests >= 3) {
            throw new BrokenInvariant('two are enough', `this is number ${requests}`);
          }
        },
      };
    },
  };

  it('names the first broken step, and lets the run go on', async () => {
    const broken = await simulate(
      async (cluster) => {
        expect(cluster.watch?.broken).toBeUndefined();
        expect(await append(connect(cluster), [1, 2, 3, 4, 5])).toEqual([1, 2, 3, 4, 5]);
        return cluster.watch?.broken;
      },
      { target: watched },
    );
    expect(broken).toMatchObject({
      node: 'n1',
      invariant: 'two are enough',
      message: 'two are enough: this is number 3',
    });
  });
});
