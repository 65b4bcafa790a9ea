import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRealClock } from '../harness/environment/real.js';
import { runCommand, startCommand } from '../harness/machine/command.js';
import { leftSince, seeMachine, type MachineState } from '../harness/testing/machine-state.js';
import { describeWith } from '../harness/testing/requirements.js';
import { EXIT_CODES } from '../harness/verdict.js';

const runs = mkdtempSync(join(tmpdir(), 'schism-leftovers-'));
const clock = createRealClock();

/** SCHISM_SERIES=20 makes it longer. */
const RUNS = Number(process.env.SCHISM_SERIES ?? 5);
const TARGETS = ['raft --runtime process', 'raft --runtime docker', 'etcd', 'zookeeper', 'consul'];
const FAULTS = '--faults power,clock --fault-interval 3s --time 15s --nodes 3';
/** The engine lets go of some things a moment after it was told to, and other runs of this machine's come and go. */
const PATIENCE_MS = 120_000;

afterAll(() => {
  rmSync(runs, { recursive: true, force: true });
});

function schism(line: string): ReturnType<typeof startCommand> {
  const args = ['dist/cli/main.js', ...line.split(' '), '--runs-dir', runs];
  return startCommand(process.execPath, args);
}

/** Files that disks are made of, in the folders of the runs. */
function imageFiles(): string[] {
  return readdirSync(runs, { recursive: true })
    .map(String)
    .filter((name) => name.includes('.img'));
}

describeWith('docker', 'after power cuts and wrong clocks', () => {
  let before: MachineState;
  beforeAll(() => {
    before = seeMachine(clock);
  });

  it.each(Array.from({ length: RUNS }, (_, index) => index))('run %i passes', async (index) => {
    const target = TARGETS[index % TARGETS.length];
    const { output, exitCode } = await schism(`test ${target} ${FAULTS} --seed ${index + 1}`).ended;
    expect(output).toMatch(/(power|clock), \d × (power|clock) carried out/);
    expect(exitCode).toBe(EXIT_CODES.pass);
  });

  it('nothing is left of any run', async () => {
    expect(await leftSince(before, clock, PATIENCE_MS)).toEqual([]);
    expect(imageFiles()).toEqual([]);
  });
});

/** One fault each, in whose middle the controller is killed. */
const OF_ETCD =
  'power,clock,restart,memory,cpu,members,disk-full,disk-read-only,disk-errors,disk-slow,disk-damage';
const IN_THE_MIDDLE = [
  ...OF_ETCD.split(',').map((fault) => `etcd --faults ${fault}`),
  'etcd@3.4 --upgrade-to 3.5 --faults upgrade',
  'zookeeper --faults clock-rate',
  'raft --runtime docker --faults power',
  ...['power', 'clock', 'disk-damage'].map((fault) => `raft --runtime process --faults ${fault}`),
];

describeWith('docker', 'what a controller leaves that is killed in the middle', () => {
  it.each(IN_THE_MIDDLE)('clean removes: %s', async (line) => {
    const before = seeMachine(clock);
    const running = schism(`test ${line} --fault-interval 3s --time 15s --nodes 3 --seed 1`);
    for await (const said of running.lines) {
      if (said.includes('] inject ')) running.kill('SIGKILL');
    }
    expect((await running.ended).signal).toBe('SIGKILL');
    const { exitCode, stdout } = await runCommand(process.execPath, ['dist/cli/main.js', 'clean']);
    const inContainers = !line.includes('--runtime process');
    if (inContainers) {
      expect(stdout).toMatch(
        /Removed what run \S+ had left: \d+ containers, 1 network and \d+ volumes/,
      );
    }
    expect(exitCode).toBe(0);
    expect(await leftSince(before, clock, PATIENCE_MS)).toEqual([]);
    expect(imageFiles()).toEqual([]);
  });
});
