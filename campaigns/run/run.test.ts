import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import { content, mine } from '../testing/definitions.js';
import { QUICK, useWorkshop } from '../testing/context.js';
import type { RunWatch } from '../definitions/context.js';
import { runCampaign } from './run.js';

const workshop = useWorkshop();
const inFolder = () => ({ ...QUICK, runsDirectory: workshop.folder });

it('leaves everything in the folder of the run, and tells who watches', async () => {
  const told: string[] = [];
  const watch: RunWatch = {
    phase: (name) => told.push(name),
    end: () => told.push('end'),
  };
  const { folder, record, result, history, data } = await runCampaign(
    { ...inFolder(), faults: ['kill'], faultInterval: '1s' },
    { ...workshop.context, watch: () => watch },
  );
  expect(result.outcome).toBe('pass');
  expect(told).toEqual(['set-up', 'load', 'heal', 'final', 'check', 'end']);
  const files = ['history.jsonl', 'report.html', 'results.json', 'run.json', 'schedule.jsonl'];
  expect(readdirSync(folder.path)).toEqual(expect.arrayContaining(files));
  expect(readFileSync(folder.file('log'), 'utf8')).toMatch(/^\[4\.\d{3} s\] phase heal$/m);
  expect(record.replayCommand).toMatch(
    /^npx schism test raft@built-in .*--faults kill .*--seed 3$/,
  );
  expect(record).not.toHaveProperty('definitions');
  expect(history.operations.length).toBeGreaterThan(100);
  expect(data.outcome.outcome).toBe('pass');
});

it('ends where it is asked to, and says so', async () => {
  const stop = new AbortController();
  const watch: RunWatch = { phase: (name) => name === 'load' && stop.abort() };
  const { result, folder } = await runCampaign(inFolder(), {
    ...workshop.context,
    stop: stop.signal,
    watch: () => watch,
  });
  expect(result.interrupted).toBe(true);
  expect(result.outcome).not.toBe('pass');
  expect(readFileSync(folder.file('log'), 'utf8')).toContain('stopping: healing, then checking');
});

it('is judged by more checkers where they are asked for', async () => {
  const { result, record } = await runCampaign(
    { ...inFolder(), checkers: [content, 'durability'] },
    workshop.context,
  );
  const names = result.checks.map(({ checker }) => checker);
  expect(names).toEqual(expect.arrayContaining(['linearizability', 'content', 'durability']));
  // No command line can say it.
  expect(record.replayCommand).toMatch(/^npx schism replay /);
});

it('records where definitions came from that are not built in', async () => {
  const { record } = await runCampaign({ ...inFolder(), workload: mine }, workshop.context);
  expect(record.definitions).toEqual([{ kind: 'workloads', name: 'mine', module: null }]);
  expect(record.replayCommand).toMatch(/^npx schism replay /);
});

it('is judged while it goes on, and ends at the first violation', async () => {
  const { result, history } = await runCampaign(
    { ...inFolder(), time: '60s', bugs: ['stale-read'], faults: 'partition', failFast: true },
    workshop.context,
  );
  expect(result.outcome).toBe('violation');
  expect(history.operations.at(-1)?.startTime).toBeLessThan(60e9);
});
