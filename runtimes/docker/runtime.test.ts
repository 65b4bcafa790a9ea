import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cluster } from '../../harness/contracts/cluster.js';
import type { ContainerPlan } from '../../harness/contracts/starts/container.js';
import type { ClusterSpec, Runtime } from '../../harness/contracts/runtime.js';
import type { Target } from '../../harness/contracts/target.js';
import type { ContainerOptions } from '../../harness/contracts/runtime.js';
import { createRealClock } from '../../harness/environment/real.js';
import { describeWith } from '../../harness/testing/requirements.js';
import { describeRuntime } from '../conformance/suite.js';
import { fakeTarget } from '../../harness/testing/fake-target.js';
import { detectCapabilities } from './capabilities.js';
import { DockerCluster } from './cluster/cluster.js';
import { connectEngine, type Engine } from './engine/connection.js';
import { DockerError } from './engine/errors.js';
import { formatController, LABELS, thisController } from './engine/labels.js';
import { nodeTag } from './images/recipes.js';
import type { DockerNode } from './nodes/node.js';
import { createDockerRuntime } from './runtime.js';

const program = readFileSync(
  new URL('../../harness/testing/fake-node.mjs', import.meta.url),
  'utf8',
);

/** The fake node wants its setup on standard input and an input that stays open. */
const plan: ContainerPlan = {
  image: () => ({ built: nodeTag }),
  clientPort: 7000,
  peerPort: 7001,
  dataDirectory: '/data',
  logFiles: 'log/*.log',
  command: (setup) => ({
    command: ['bash', '-c', 'exec node /fake/node.mjs < <(cat /fake/setup; exec sleep infinity)'],
    files: {
      '/fake/node.mjs': program,
      '/fake/setup': `${JSON.stringify({ ...setup, clientAddress: { host: '0.0.0.0', port: 7000 } })}\n`,
    },
  }),
};
const target: Target = { ...fakeTarget, name: 'fake-in-docker', starts: { container: plan } };

/** Every container, network and volume of this process, whatever run it belongs to. */
async function ours({ docker }: Engine): Promise<string[]> {
  const label = [`${LABELS.controller}=${formatController(thisController())}`];
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters: { label } }),
    docker.listNetworks({ filters: { label } }),
    docker.listVolumes({ filters: JSON.stringify({ label }) }),
  ]);
  return [
    ...containers.map(({ Names }) => Names[0]),
    ...networks.map(({ Name }) => Name),
    ...(volumes.Volumes ?? []).map(({ Name }) => Name),
  ];
}

describeWith('docker', 'the Docker runtime', () => {
  const clock = createRealClock();
  let runtime: Runtime;
  let engine: Engine;
  beforeAll(async () => {
    runtime = await createDockerRuntime(clock);
    engine = await connectEngine();
  });

  describeRuntime('docker', {
    createRuntime: () => createDockerRuntime(clock),
    onlyOnRequest: [
      'power',
      'disk-full',
      'disk-read-only',
      'disk-errors',
      'disk-slow',
      'disk-damage',
    ],
    target,
    write: async (connection, line) => {
      await connection.request('/append', { line }, 5_000);
    },
    read: async (connection) => (await connection.request('/lines', {}, 5_000)).body as string[],
    crash: async (connection) => {
      await connection.request('/crash', {}, 5_000);
    },
    traces: async () => Promise.resolve(() => ours(engine)),
  });

  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'schism-docker-'));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });
  const specOf = (runId: string, more: Partial<ClusterSpec> = {}): ClusterSpec => ({
    runId,
    target,
    version: '1',
    nodes: 2,
    durability: 'always',
    settings: {},
    bugs: [],
    seed: 1,
    directory: join(directory, runId),
    ...more,
  });
  const failureOf = (cluster: Promise<Cluster>): Promise<unknown> =>
    cluster.then(
      () => undefined,
      (error: unknown) => error,
    );
  const silent = (): void => {};

  test('two runs at once do not disturb each other, and a third with the id of one is refused', async () => {
    const [one, two] = await Promise.all([
      runtime.createCluster(specOf('one'), silent),
      runtime.createCluster(specOf('two'), silent),
    ]);
    try {
      await one.network.cut([{ from: 'n1', to: 'n2' }]);
      expect(await two.network.probe({ from: 'n1', to: 'n2' }, 5_000)).toBe(true);
      const clash = await failureOf(runtime.createCluster(specOf('one'), silent));
      expect(clash).toBeInstanceOf(DockerError);
      expect(clash).toMatchObject({ code: 'name-clash' });
      expect(await one.nodes[0].status(5_000)).toMatchObject({ name: 'n1' });
      await one.teardown();
      expect(await two.nodes[1].status(5_000)).toMatchObject({ name: 'n2' });
    } finally {
      await Promise.all([one.teardown(), two.teardown()]);
    }
    expect(await ours(engine)).toEqual([]);
  });

  test('a node that ends at once and an image that nobody has are said plainly, and nothing stays', async () => {
    const script = 'console.error("no luck today"); process.exit(7)';
    const broken: ContainerPlan = { ...plan, command: () => ({ command: ['node', '-e', script] }) };
    const early = { target: { ...target, starts: { container: broken } } };
    expect(await failureOf(runtime.createCluster(specOf('early', early), silent))).toMatchObject({
      facts: { problem: 'ended before it was up', exitCode: 7, logTail: 'no luck today' },
    });
    const nowhere: ContainerPlan = { ...plan, image: () => ({ built: 'schism/no-such:1' }) };
    const missing = { target: { ...target, starts: { container: nowhere } } };
    expect(
      await failureOf(runtime.createCluster(specOf('missing', missing), silent)),
    ).toMatchObject({ code: 'no-image', message: expect.stringContaining('schism/no-such:1') });
    expect(await ours(engine)).toEqual([]);
  });

  const create = async (
    runId: string,
    options: ContainerOptions,
    more: Partial<ClusterSpec> = {},
    publishedHost?: string,
  ): Promise<DockerCluster> =>
    DockerCluster.create({
      engine: { ...engine, publishedHost },
      clock,
      plan,
      options,
      capabilities: await detectCapabilities(engine),
      spec: specOf(runId, { nodes: 1, ...more }),
      log: silent,
    });
  const shellIn =
    ({ container }: DockerNode) =>
    (line: string): ReturnType<typeof container.exec> =>
      container.exec(['sh', '-c', line]);

  test('files go in and out, commands run inside, and limits are in force', async () => {
    const cluster = await create('files', { memoryMiB: 100, cpus: 0.5 });
    try {
      const [node] = cluster.nodes;
      await node.container.writeFiles({ '/data/sub/given': 'as it was' });
      const { exitCode, output } = await shellIn(node)('cat /data/sub/given /no/such');
      expect(exitCode).toBe(1);
      expect(output).toContain('as it was');
      await node.process.kill();
      expect(await node.saveData()).toBe(1);
      const saved = join(directory, 'files', 'nodes', 'n1', 'data', 'data', 'sub', 'given');
      expect(readFileSync(saved, 'utf8')).toBe('as it was');
      const granted = { Memory: 100 * 1024 * 1024, NanoCpus: 5e8 };
      expect(await node.container.now.inspect()).toMatchObject({ HostConfig: granted });
      await node.process.start();
      await node.resources?.limitMemory(60 * 1024 * 1024);
      await node.resources?.limitCpu(0.02);
      expect(await node.resources?.read()).toMatchObject({
        memoryLimitBytes: 60 * 2 ** 20,
        cpus: 0.02,
      });
      await node.resources?.limitMemory(null);
      await node.resources?.limitCpu(null);
      expect(await node.resources?.read()).toMatchObject({
        memoryLimitBytes: 100 * 2 ** 20,
        cpus: 0.5,
      });
    } finally {
      await cluster.teardown();
    }
  });

  test('another version has the data, the address and the name of the one before', async () => {
    const cluster = await create('versions', {}, { upgradeTo: '2' });
    const [node] = cluster.nodes;
    const { address, container } = node;
    const version = async (): Promise<unknown> => {
      const { output } = await container.exec(['cat', '/fake/setup']);
      return (JSON.parse(output) as { version: string }).version;
    };
    try {
      const { id } = container.now;
      await container.writeFiles({ '/data/kept': 'of the first' });
      expect(await version()).toBe('1');
      await expect(node.upgrade.changeVersion('2')).rejects.toThrow('still runs');
      await node.process.stop();
      await node.upgrade.changeVersion('2');
      await node.process.start();
      expect(await version()).toBe('2');
      expect((await container.exec(['cat', '/data/kept'])).output).toBe('of the first');
      expect(await node.status(5_000)).toMatchObject({ name: 'n1' });
      expect(node.address).toEqual(address);
      expect(container.now.id).not.toBe(id);
    } finally {
      await cluster.teardown();
    }
    expect(await ours(engine)).toEqual([]);
  });

  test('a power cut takes what was not synced, and a kill takes nothing', async () => {
    const cluster = await create('power', {}, { needs: new Set(['power']) });
    const [node] = cluster.nodes;
    const shell = shellIn(node);
    try {
      await shell('echo killed > /data/killed');
      await node.process.kill();
      await node.process.start();
      await shell('echo safe > /data/safe; sync /data/safe; echo gone > /data/gone');
      expect(await node.power?.cut()).toMatchObject({ lostBytes: 'gone\n'.length, lostFiles: 1 });
      expect(node.state).toBe('stopped');
      await node.process.start();
      const { output } = await shell('cat /data/killed /data/safe; cat /data/gone 2>/dev/null');
      expect(output).toBe('killed\nsafe\n');
    } finally {
      await cluster.teardown();
    }
    expect(await ours(engine)).toEqual([]);
  });

  test('a log is damaged where it was written, and can be had back', async () => {
    const cluster = await create('damage', {}, { needs: new Set(['disk-damage']) });
    const [node] = cluster.nodes;
    const shell = shellIn(node);
    const log = '/data/log/2.log';
    try {
      await shell(
        `mkdir /data/log; echo old > /data/log/1.log; touch -d '1 hour ago' /data/log/1.log`,
      );
      await shell(`printf ABCDEFGH > ${log}; truncate -s 1M ${log}; touch /data/log/3.log`);
      await node.process.kill();
      expect(await node.storedLog?.damage({ kind: 'flip-bit', draw: 0.5 })).toBe(
        'log/2.log: bit 0 of byte 4 of 1048576 (8 written) was flipped (69 to 68)',
      );
      await node.process.start();
      expect((await shell(`head -c 8 ${log}`)).output).toBe('ABCDDFGH');
      await node.process.kill();
      await node.storedLog?.restore();
      expect(await node.storedLog?.damage({ kind: 'truncate-tail', draw: 0.5 })).toContain(
        'cut from 1048576 (8 written) to 4 bytes',
      );
      await node.process.start();
      expect((await shell(`cat ${log}; cat /data/log/1.log`)).output).toBe('ABCDold\n');
      await node.process.kill();
      expect(await node.storedLog?.restore()).toContain('its 1048576 bytes are as they were');
      await node.process.start();
      expect((await shell(`head -c 8 ${log}`)).output).toBe('ABCDEFGH');
    } finally {
      await cluster.teardown();
    }
  });

  test('a slow disk takes its time for every sync, until it is mended', async () => {
    const cluster = await create('slow', {}, { needs: new Set(['disk-slow']) });
    const [node] = cluster.nodes;
    const shell = shellIn(node);
    try {
      expect(await node.disk?.probe()).toMatchObject({ refusal: undefined, slowedSyncs: 0 });
      await node.disk?.break({ kind: 'slow', delayMs: 300 });
      const { exitCode } = await shell('echo kept > /data/kept; sync /data/kept');
      expect(exitCode).toBe(0);
      const during = await node.disk?.probe();
      expect(during?.slowedSyncs).toBeGreaterThan(1);
      expect(during?.tookMs).toBeGreaterThanOrEqual(300);
      await node.disk?.mend();
      const { slowedSyncs } = (await node.disk?.probe()) ?? {};
      expect(await node.disk?.probe()).toMatchObject({ slowedSyncs });
      expect(node.state).toBe('running');
      await node.power?.cut();
      await node.process.start();
      expect((await shell('cat /data/kept')).output).toBe('kept\n');
    } finally {
      await cluster.teardown();
    }
  });

  test('lost packets do not arrive, and a narrow link takes its time', async () => {
    const cluster = await create('links', {});
    const { network, nodes } = cluster;
    const both = [
      { from: 'clients', to: 'n1' },
      { from: 'n1', to: 'clients' },
    ];
    const connection = nodes[0].connect?.();
    try {
      await network.loss?.(both, { percent: 100 });
      expect(await network.probe(both[0], 300)).toBe(false);
      expect(await network.probe(both[1], 300)).toBe(false);
      await network.heal();
      expect(await network.probe(both[0], 5_000)).toBe(true);
      const lost = await network.heldBack(both);
      expect(lost.bytes).toBeGreaterThan(0);

      const megabyte = 'x'.repeat(1e6);
      await network.bandwidth?.(both, { bitsPerSecond: 8e6 });
      const start = clock.now();
      await connection?.request('/append', { line: megabyte }, 30_000);
      // A second's worth, of which the bucket lets a hundredth through at once.
      expect((clock.now() - start) / 1e6).toBeGreaterThan(600);
      expect(await nodes[0].status(5_000)).toMatchObject({ name: 'n1' });
      const narrow = await network.shaped(both);
      expect(narrow.links).toBe(2);
      expect(narrow.waits).toBeGreaterThan(0);
      await network.heal();
      const unshaped = { links: 0, waits: 0, dropped: 0, reordered: 0, duplicated: 0 };
      expect(await network.shaped(both)).toEqual(unshaped);
      const doubling =
        network.duplicate?.(both, { percent: 1 }) ?? Promise.reject(new RangeError());
      await expect(doubling).rejects.toThrow(RangeError);
      // What a narrow link drops is none of the losses' affair.
      expect(await network.heldBack(both)).toEqual(lost);
    } finally {
      await connection?.close();
      await cluster.teardown();
    }
  });

  test('an engine without a route to its containers is served through published ports', async () => {
    const cluster = await create('published', {}, {}, '127.0.0.1');
    try {
      const [node] = cluster.nodes;
      expect(node.address.host).toBe('127.0.0.1');
      const clients = [
        { from: 'clients', to: 'n1' },
        { from: 'n1', to: 'clients' },
      ];
      await cluster.network.cut(clients);
      const connection = node.connect?.();
      await expect(connection?.request('/lines', {}, 300)).rejects.toThrow();
      expect(await node.status(5_000)).toMatchObject({ name: 'n1' });
      await cluster.network.heal();
      expect(await connection?.request('/lines', {}, 5_000)).toMatchObject({ status: 200 });
      await connection?.close();
    } finally {
      await cluster.teardown();
    }
  });
});
