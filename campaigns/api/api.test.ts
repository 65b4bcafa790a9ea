import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { eventsOf } from '../../checkers/testing/checker-laws.js';
import { QUICK, useWorkshop } from '../testing/context.js';
import { check } from './check.js';
import { expectOutcome, UnexpectedOutcomeError } from './expect-outcome.js';
import { run } from './run.js';
import { simulate } from './simulate.js';

const workshop = useWorkshop();
const options = () => ({ directory: workshop.folder });
const quick = () => ({ ...QUICK, time: '2s', runsDirectory: workshop.folder });

describe('run', () => {
  it('gives plain data, and the command that has it again', async () => {
    const report = await run(quick(), options());
    expectOutcome(report, 'pass');
    expect(report.replayCommand).toBe(report.record.replayCommand);
    expect(report.directory).toContain(join(workshop.folder, 'raft-register'));
    expect(JSON.parse(JSON.stringify(report.record))).toEqual(
      JSON.parse(JSON.stringify({ ...report.record, format: report.record.format })),
    );
  });

  it('finds names in a configuration, and tells who watches', async () => {
    const model = "{ name: 'mine', versions: ['1'], families: [] }";
    writeFileSync(
      join(workshop.folder, 'schism.config.ts'),
      `import { defineConfig } from 'schism';\nexport default defineConfig({ targets: { mine: ${model} as never } });`,
    );
    await expect(run({ target: 'mine' }, options())).rejects.toThrow(/mine cannot serve/);
    const phases: string[] = [];
    const watch = { phase: (name: string) => phases.push(name) };
    await run(quick(), { ...options(), watch });
    expect(phases).toContain('load');
  });

  it('ends at its signal', async () => {
    const signal = AbortSignal.abort();
    expect((await run(quick(), { ...options(), signal })).interrupted).toBe(true);
  });
});

describe('check', () => {
  const events = eventsOf([
    { type: 'invoke', f: 'write', value: 1 },
    { type: 'ok', f: 'write', value: 1 },
  ]);

  it('judges events, files and run folders', async () => {
    const ofEvents = await check({ history: events, model: 'register' }, options());
    expect(ofEvents).toMatchObject({ outcome: 'pass', replayCommand: undefined });
    const path = join(workshop.folder, 'a history.jsonl');
    writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const ofFile = await check({ history: path, model: 'register' }, options());
    expect(ofFile.replayCommand).toBe(`npx schism check '${path}' --model register`);
    const { directory } = await run(quick(), options());
    const ofRun = await check({ history: directory }, options());
    expect(ofRun.checks.map(({ checker }) => checker)).toContain('statistics');
  });
});

describe('simulate', () => {
  it('tells of all runs, and of the one that failed', async () => {
    const { target, nodes } = QUICK;
    const request = { target, nodes, runsDirectory: workshop.folder, jobs: 1 };
    const passed = await simulate({ ...request, time: '2s', runs: 2, seed: 1 }, options());
    expect(passed).toMatchObject({ outcome: 'pass', runs: 2, failingSeed: undefined });
    expect(passed.sentence).toBe('2 simulated runs of raft: 2 passed.');
    expect(passed.replayCommand).toMatch(/--runtime simulation .*--seed 1$/);
    const failed = await simulate(
      { ...request, bugs: ['stale-read'], faults: 'partition', runs: 20, minimise: false },
      options(),
    );
    expect(failed.outcome).toBe('violation');
    expect(failed.run?.record.spec.seed).toBe(failed.failingSeed);
    expect(failed.replayCommand).toBe(failed.run?.replayCommand);
  });
});

describe('expectOutcome', () => {
  const result = {
    outcome: 'violation',
    sentence: 'A write was lost.',
    replayCommand: 'npx schism test raft --seed 1',
  } as const;

  it('says what was found, and how to have it again', () => {
    expect(() => expectOutcome(result, 'pass', 'vacuous')).toThrow(
      'expected pass or vacuous, got violation: A write was lost.\nReplay: npx schism test raft --seed 1',
    );
    expect(() => expectOutcome(result, 'pass')).toThrow(UnexpectedOutcomeError);
    expect(() => expectOutcome(result, 'violation', 'pass')).not.toThrow();
  });

  it('leaves the command out where there is none', () => {
    expect(() => expectOutcome({ ...result, replayCommand: undefined }, 'pass')).toThrow(
      /got violation: A write was lost\.$/,
    );
  });
});
