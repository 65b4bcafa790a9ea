import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client, request } from 'undici';
import type { NodeSetup } from '../harness/contracts/starts/node-setup.js';
import type { Clock } from '../harness/environment/environment.js';
import { createRealClock } from '../harness/environment/real.js';
import type { JsonObject } from '../harness/json.js';
import { poll } from '../harness/environment/poll.js';
import { instantIn } from '../harness/environment/elapsed.js';
import { nodeHostCommand } from '../nodes/host/command.js';
import { createSetups, NodeProcess } from '../nodes/host/testing/node-process.js';
import { raft } from '../targets/raft/target.js';
import type { Benchmark, BenchmarkTable } from './common/benchmark.js';

const NODES = ['n1', 'n2', 'n3'];
const CLIENTS = 64;
const RUNS = 3;
const WARM_UP_MS = 1500;
const MEASURED_MS = 5000;

/** `npm run bench -- raft-writes [MODE …]`: acknowledged writes of our Raft, by durability mode. */
export const raftWrites: Benchmark = {
  description: 'acknowledged writes a second of our Raft, by durability mode',
  async run(args, log): Promise<readonly BenchmarkTable[]> {
    const rows: string[][] = [];
    for (const mode of args.length > 0 ? args : Object.keys(raft.durabilityModes)) {
      const runs: Measurement[] = [];
      for (let run = 0; run < RUNS; run++) {
        runs.push(await measureMode(mode));
        log(`${mode}, run ${run + 1}: ${describe(runs[run]).join(', ')}`);
      }
      runs.sort((a, b) => a.writesPerSecond - b.writesPerSecond);
      rows.push([mode, ...describe(runs[Math.floor(RUNS / 2)])]);
    }
    return [
      {
        title: `Raft, ${NODES.length} nodes on loopback, ${CLIENTS} clients`,
        columns: ['durability', 'writes/s', 'p50', 'p99', 'fsyncs/s of the leader', 'refused'],
        rows,
        notes: [
          `Median of ${RUNS} runs of ${MEASURED_MS / 1000} s after a warm-up, by writes/s; clients keep one`,
          'request each in flight, a third of them at each node, so two thirds are forwarded to the leader.',
          'Nodes, clients and disk share one machine; there is no proxy between them.',
        ],
      },
    ];
  },
};

interface Measurement {
  writesPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  fsyncsPerSecond: number;
  /** Writes that got an error instead: the leader changed, on a machine that is too busy. */
  refused: number;
}

function describe(measurement: Measurement): string[] {
  return [
    measurement.writesPerSecond.toFixed(0),
    `${measurement.p50Ms.toFixed(1)} ms`,
    `${measurement.p99Ms.toFixed(1)} ms`,
    measurement.fsyncsPerSecond.toFixed(0),
    String(measurement.refused),
  ];
}

async function measureMode(durability: string): Promise<Measurement> {
  const clock = createRealClock();
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'schism-bench-'));
  const setups = await createSetups(NODES, (name) => path.join(directory, name), { durability });
  const { program } = raft.starts;
  if (program === undefined) throw new Error('the target raft has no program');
  const nodes = setups.map((setup) => new NodeProcess(setup, nodeHostCommand(program, setup)));
  try {
    const leader = await waitForLeader(setups, clock);
    return await measure(setups, leader, clock);
  } finally {
    await Promise.all(nodes.map((node) => node.kill()));
    fs.rmSync(directory, { recursive: true });
  }
}

async function measure(
  setups: readonly NodeSetup[],
  leader: NodeSetup,
  clock: Clock,
): Promise<Measurement> {
  const start = instantIn(clock, WARM_UP_MS);
  const load = { clock, start, end: start + MEASURED_MS * 1e6, latenciesMs: [], refused: 0 };
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    writeUntilEnd(originOf(setups[index % setups.length]), `key${index}`, load),
  );
  await clock.sleep(WARM_UP_MS);
  const fsyncsBefore = await fsyncsOf(leader);
  await Promise.all(clients);
  const fsyncs = (await fsyncsOf(leader)) - fsyncsBefore;
  const latenciesMs = load.latenciesMs.sort((a, b) => a - b);
  const seconds = MEASURED_MS / 1000;
  return {
    writesPerSecond: latenciesMs.length / seconds,
    p50Ms: latenciesMs[Math.floor(latenciesMs.length * 0.5)],
    p99Ms: latenciesMs[Math.floor(latenciesMs.length * 0.99)],
    fsyncsPerSecond: fsyncs / seconds,
    refused: load.refused,
  };
}

/** What all clients share; `start` and `end` in nanoseconds of the clock. */
interface Load {
  clock: Clock;
  start: number;
  end: number;
  latenciesMs: number[];
  refused: number;
}

/** One client: the next write goes when the last was answered. */
async function writeUntilEnd(origin: string, key: string, load: Load): Promise<void> {
  const client = new Client(origin);
  for (let value = 0, sent = load.clock.now(); sent < load.end; value++) {
    const body = JSON.stringify({ key, value });
    const answer = await client.request({ path: '/put', method: 'POST', body });
    await answer.body.dump();
    const now = load.clock.now();
    if (answer.statusCode !== 200) load.refused++;
    else if (sent >= load.start && now <= load.end) load.latenciesMs.push((now - sent) / 1e6);
    sent = now;
  }
  await client.close();
}

/** The leader, once all nodes know it. */
async function waitForLeader(setups: readonly NodeSetup[], clock: Clock): Promise<NodeSetup> {
  const found = await poll(clock, { everyMs: 50, limitMs: 10_000 }, async () => {
    const statuses = await Promise.all(setups.map((setup) => statusOf(setup).catch(() => ({}))));
    const leader = statuses.findIndex((status) => raft.leadership?.(status).isLeader);
    return leader >= 0 && statuses.every(raft.isReady) ? setups[leader] : undefined;
  });
  if (found === undefined) throw new Error('no leader within 10 s');
  return found;
}

async function statusOf(setup: NodeSetup): Promise<JsonObject> {
  const { body } = await request(`${originOf(setup)}/status`);
  return (await body.json()) as JsonObject;
}

async function fsyncsOf(setup: NodeSetup): Promise<number> {
  const { host } = (await statusOf(setup)) as { host: { wal: { fsyncs: number } } };
  return host.wal.fsyncs;
}

function originOf({ clientAddress: { host, port } }: NodeSetup): string {
  return `http://${host}:${port}`;
}
