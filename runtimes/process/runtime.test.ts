import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClusterSpec } from '../../harness/contracts/runtime.js';
import type { Target } from '../../harness/contracts/target.js';
import type { NodeSetup } from '../../harness/contracts/starts/node-setup.js';
import { HOST_KIT } from '../../nodes/host/host-kit.js';
import { createRealClock } from '../../harness/environment/real.js';
import { describeRuntime } from '../conformance/suite.js';
import { withoutFacet } from '../conformance/facets.js';
import { NodeError } from '../../harness/contracts/node-error.js';
import { fakeCommand, fakeTarget } from '../../harness/testing/fake-target.js';
import { isAlive, processFacts } from '../common/process-table.js';
import { isFree } from './ports.js';
import { createProcessRuntime } from './runtime.js';

/** What every node of the last cluster was told, to know its real ports. */
const setups: NodeSetup[] = [];
const recordingCommand = (setup: NodeSetup) => {
  setups.push(setup);
  return fakeCommand(setup);
};
const recordingTarget: Target = { ...fakeTarget, starts: { command: recordingCommand } };

describeRuntime('process', {
  createRuntime: createProcessRuntime,
  onlyOnRequest: ['power'],
  target: recordingTarget,
  write: async (connection, line) => {
    await connection.request('/append', { line }, 5_000);
  },
  read: async (connection) => (await connection.request('/lines', {}, 5_000)).body as string[],
  crash: async (connection) => {
    await connection.request('/crash', {}, 5_000);
  },
  traces: async (cluster) => {
    const statuses = await Promise.all(cluster.nodes.map((node) => node.status(5_000)));
    const processes = statuses.map((status) => identify(Number(status?.pid)));
    const ports = [...listeningPorts(), ...cluster.nodes.map(({ address }) => address.port)];
    return async () => {
      const alive = processes.filter(({ pid, startTime }) => isAlive(pid, startTime));
      const free = await Promise.all(ports.map(isFree));
      return [
        ...alive.map(({ pid }) => `process ${pid}`),
        ...ports.filter((_, index) => !free[index]).map((port) => `port ${port}`),
      ];
    };
  },
});

/** Where the nodes of `setups` and the proxies between them listen. */
function listeningPorts(): number[] {
  return setups.flatMap(({ clientAddress, peerAddress, peers }) => [
    clientAddress.port,
    peerAddress.port,
    ...peers.map(({ port }) => port),
  ]);
}

function identify(pid: number): { pid: number; startTime: string } {
  const facts = processFacts(pid);
  if (facts === undefined) throw new Error(`no process ${pid}`);
  return { pid, startTime: facts.startTime };
}

describe('the process runtime, where nodes do not come up', () => {
  const clock = createRealClock();
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'schism-process-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  const specOf = (target: Target): ClusterSpec => ({
    runId: 'test',
    target,
    version: '1',
    nodes: 2,
    durability: 'always',
    settings: {},
    bugs: [],
    seed: 1,
    directory,
  });
  const failureOf = async (target: Target): Promise<NodeError> => {
    const error = await createProcessRuntime(clock)
      .createCluster(specOf(target), () => {})
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    if (error instanceof NodeError) return error;
    throw new Error(`expected a NodeError, got ${String(error)}`);
  };

  test('a program that is not there is said plainly', async () => {
    const missing: Target = {
      ...fakeTarget,
      starts: { command: () => ({ file: '/no/such', args: [] }) },
    };
    const { facts, message } = await failureOf(missing);
    expect(facts).toMatchObject({ problem: 'could not be started', node: 'n1' });
    expect(message).toContain('/no/such');
  });

  test('a node that ends at once is reported with its exit code and log; the others are stopped', async () => {
    const script = 'console.error("no luck today"); process.exit(7)';
    setups.length = 0;
    const halfBroken: Target = {
      ...fakeTarget,
      starts: {
        command: (setup) =>
          setup.name === 'n2'
            ? { file: process.execPath, args: ['-e', script] }
            : recordingCommand(setup),
      },
    };
    const { facts, message } = await failureOf(halfBroken);
    expect(facts).toMatchObject({ node: 'n2', problem: 'ended before it was up', exitCode: 7 });
    expect(message).toContain('no luck today');
    expect(await Promise.all(listeningPorts().map(isFree))).not.toContain(false);
  });

  test('a port that another process has taken while a node was down is named with the node', async () => {
    setups.length = 0;
    const cluster = await createProcessRuntime(clock).createCluster(
      specOf(recordingTarget),
      () => {},
    );
    const port = setups[1].clientAddress.port;
    await cluster.nodes[1].process.kill();
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      await expect(cluster.nodes[1].process.start()).rejects.toThrow(
        new RegExp(`Node n2 found its port in use .*port ${port}`),
      );
    } finally {
      squatter.close();
    }
    await cluster.nodes[1].process.start();
    expect(await cluster.nodes[1].status(5_000)).toMatchObject({ name: 'n2' });
    await cluster.teardown();
  });

  test('power that cannot be cut is said before anything starts', async () => {
    const spec = { ...specOf(fakeTarget), needs: new Set(['power'] as const) };
    const created = createProcessRuntime(clock).createCluster(spec, () => {});
    await expect(created).rejects.toThrow('As a process, fake cannot tell what it synced');
  });

  test('power can be cut where the run said so, and the node is a program of ours', async () => {
    const program = { module: './a-node.js', export: 'createNode' };
    const starts = { ...fakeTarget.starts, program };
    const spec = { ...specOf({ ...fakeTarget, starts }), needs: new Set(['power'] as const) };
    const cluster = await createProcessRuntime(clock).createCluster(spec, () => {});
    expect(withoutFacet(cluster, ['power'])).toEqual([]);
    await cluster.teardown();
  });

  test('a target without a program or a command is refused with the reason', () => {
    const module = './no-such-node.js';
    const programOnly: Target = { ...fakeTarget, starts: { program: { module, export: 'node' } } };
    const runtime = createProcessRuntime(clock);
    expect(runtime.refuses(programOnly)).toBe(
      'Target fake says no command to start a node as a process.',
    );
    expect(runtime.refuses(fakeTarget)).toBeUndefined();
    expect(createProcessRuntime(clock, HOST_KIT).refuses(programOnly)).toMatch(
      /^There is no module .*no-such-node\.js to take a program from\.$/,
    );
  });
});
