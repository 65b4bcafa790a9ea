import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryCommand } from '../harness/machine/command.js';
import type { HistoryEvent } from '../harness/history/event.js';
import type { RunResult } from '../harness/run/result.js';

const CLI = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schism-simulation-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  code: number | undefined;
  out: string;
  error: string;
}

/** A process of its own: what is the same in two of them rests on nothing that one of them remembers. */
async function schism(...args: string[]): Promise<Ended> {
  const { exitCode, stdout, stderr } = await tryCommand(process.execPath, [CLI, ...args]);
  return { code: exitCode, out: stdout, error: stderr };
}

/** The folders of the runs of one target, oldest first. */
function runsOf(target: string, directory = folder): string[] {
  const parent = join(directory, `${target}-register`);
  return readdirSync(parent)
    .sort()
    .map((name) => join(parent, name));
}

const FAULTS = 'partition,kill,pause,power,reorder,duplicate,slow,loss';

describe('schism test --runtime simulation', () => {
  it.each(['raft', 'zab'])('gives %s the same history in two processes', async (target) => {
    const options = ['--runtime', 'simulation', '--time', '15s', '--faults', FAULTS];
    const histories = await Promise.all(
      ['one', 'two'].map(async (name) => {
        const directory = join(folder, name);
        const { code, error } = await schism(
          ...['test', target, ...options, '--seed', '11', '--runs-dir', directory],
        );
        expect({ code, error }).toMatchObject({ code: 0 });
        return readFileSync(join(runsOf(target, directory)[0], 'history.jsonl'), 'utf8');
      }),
    );
    expect(histories[0].split('\n').length).toBeGreaterThan(1_000);
    expect(histories[0] === histories[1]).toBe(true);
  });

  it('asks every node in the end, where there are fewer clients than nodes', async () => {
    const { code } = await schism(
      ...['test', 'raft', '--runtime', 'simulation', '--nodes', '5', '--concurrency', '2'],
      ...['--time', '2s', '--seed', '1', '--runs-dir', folder],
    );
    expect(code).toBe(0);
    const [run] = runsOf('raft');
    const { phases } = JSON.parse(readFileSync(join(run, 'results.json'), 'utf8')) as RunResult;
    const final = phases.find(({ name }) => name === 'final');
    const lines = readFileSync(join(run, 'history.jsonl'), 'utf8').trimEnd().split('\n');
    const asked = lines
      .map((line) => JSON.parse(line) as HistoryEvent)
      .filter(({ time, type }) => type === 'ok' && time >= (final?.start ?? Infinity));
    expect([...new Set(asked.map(({ node }) => node))].sort()).toEqual([
      'n1',
      'n2',
      'n3',
      'n4',
      'n5',
    ]);
  });

  it('refuses a system that has no nodes of ours', async () => {
    const { code, error } = await schism('test', 'etcd', '--runtime', 'simulation');
    expect(code).toBe(64);
    expect(error).toContain('the simulation runs our own nodes only, and etcd is none of them');
  });
});

describe('a lease under a slow clock', () => {
  const LEASES = ['--set', 'electionTimeoutMs=2000', '--faults', 'clock-rate:slow-leader-alone'];

  it.each([
    { reads: 'lease', code: 1, verdict: 'linearizability invalid' },
    { reads: 'linearizable', code: 0, verdict: 'linearizability valid' },
  ])('is seen by clients, and $reads reads under the same faults are $verdict', async (seen) => {
    const { code, out } = await schism(
      ...['test', 'raft', '--runtime', 'simulation', '--set', `reads=${seen.reads}`, ...LEASES],
      ...['--fault-interval', '5s', '--time', '15s', '--nodes', '3', '--rate', '100'],
      ...['--seed', '1', '--runs-dir', folder],
    );
    expect(out).toContain(seen.verdict);
    expect(out).toMatch(
      /\d × clock-rate carried out, each seen to take effect and each seen healed/,
    );
    expect(code).toBe(seen.code);
  });
});

describe('schism simulate', () => {
  it('finds a seeded bug, shrinks the run, and its replay is the same byte for byte', async () => {
    const found = await schism(
      ...['simulate', 'raft', '--bug', 'stale-read', '--faults', 'partition', '--time', '20s'],
      ...['--seed', '1', '--runs', '50', '--jobs', '2', '--runs-dir', folder],
    );
    expect(found.code).toBe(1);
    expect(found.out).toMatch(/✗ Violation: Not linearizable/);
    expect(found.out).toMatch(/seed \d+ was the first to fail/);
    expect(found.error).toMatch(/still fails with \d nodes, \d+ clients/);
    const [run] = runsOf('raft');
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('stale-read');
    const replay = await schism('replay', run, '--runs-dir', folder);
    expect(replay.code).toBe(1);
    expect(replay.out).toContain('The history is the same, byte for byte');
  });

  it.each(['raft', 'zab'])('breaks the disks of %s, and no promise of its', async (target) => {
    const faults = 'disk-full,disk-read-only,disk-errors,disk-slow,disk-damage';
    const { code, out } = await schism(
      ...['simulate', target, '--faults', faults, '--time', '20s', '--seed', '1'],
      ...['--runs', '6', '--jobs', '2', '--runs-dir', folder],
    );
    expect(out).toMatch(new RegExp(`6 simulated runs of ${target}: 6 passed\\.`));
    expect(code).toBe(0);
  });

  it('finds nothing where nothing is wrong, and says how much it tried', async () => {
    const { code, out } = await schism(
      ...['simulate', 'raft', '--faults', FAULTS, '--time', '10s', '--seed', '1'],
      ...['--runs', '6', '--jobs', '2', '--runs-dir', folder],
    );
    expect(code).toBe(0);
    expect(out).toMatch(/6 simulated runs of raft: 6 passed\./);
    expect(out).toMatch(/of virtual time, [\d,]+ operations, [\d,]+ faults/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
