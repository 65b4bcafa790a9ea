import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { findEvidence } from '../../checkers/evidence.js';
import { createRealClock } from '../../harness/environment/real.js';
import type { RunResult } from '../../harness/run/result.js';
import type { RunRecord } from '../../harness/run/spec.js';
import { RunFolder } from '../../harness/store/run-folder.js';
import { compareRun } from '../../reports/comparison/compared-run.js';
import { viewOf } from '../../reports/evidence/registry.js';
import { renderReport } from '../../reports/html/report.js';
import { BUILT_IN } from '../definitions/registries.js';
import { reportData } from '../run/report-data.js';
import { readRun } from './read-run.js';

/** Run folders as version 0.1.0 wrote them, before they had a format number. */
const FOLDERS = join(import.meta.dirname, '../testdata/format-1');

const outcomes = {
  'planned-faults': 'pass',
  sessions: 'pass',
  'ineffective-fault': 'vacuous',
  process: 'pass',
  durability: 'pass',
};

let copies: string;

beforeEach(() => {
  copies = mkdtempSync(join(tmpdir(), 'schism-format-1-'));
  cpSync(FOLDERS, copies, { recursive: true });
});

afterEach(() => {
  rmSync(copies, { recursive: true, force: true });
});

const context = { registries: BUILT_IN, directory: tmpdir(), clock: createRealClock() };

describe.each(Object.entries(outcomes))('the folder %s', (name, outcome) => {
  test('is read in the words of today', async () => {
    const { folder, result } = await readRun(join(copies, name), context);
    expect(result.outcome).toBe(outcome);
    expect(result.ineffective).toEqual(outcome === 'vacuous' ? ['partition'] : []);
    for (const { checker, evidence } of result.checks) {
      expect(evidence?.kind ?? checker).toBe(checker);
    }
    const schedule = folder.readSchedule();
    expect(schedule.length).toBeGreaterThan(0);
    for (const { action, fault } of schedule) {
      expect(fault.evidence.tookEffect).toBe(action === 'heal' || outcome === 'pass');
      expect(Object.keys(fault.parameters)).not.toContain('dice');
    }
  });

  test('is reported, each evidence by the view of its kind, and compared', async () => {
    const { folder, record, result, history } = await readRun(join(copies, name), context);
    const data = reportData(folder, record, result, folder.readSchedule(), history);
    const page = renderReport(data, '');
    const views = result.checks.flatMap((check) => viewOf(check)?.sentence ?? []);
    expect(views.length).toBe(result.checks.filter(({ evidence }) => evidence).length);
    expect(views.filter((sentence) => sentence.startsWith('Evidence of the kind'))).toEqual([]);
    expect(page).not.toContain('{&quot;kind');
    const compared = compareRun({ directory: folder.path, record, result, history });
    expect(compared.recoveryMs).toBeGreaterThan(0);
    expect(compared.durability?.lost).toBe(name === 'durability' ? 0 : undefined);
  });

  test('is judged again as it was', async () => {
    const path = join(copies, name);
    const before = await readRun(path, context);
    const again = await readRun(path, context, true);
    const verdicts = ({ checks }: typeof again.result) =>
      checks.map(({ checker, verdict }) => [checker, verdict]);
    expect(again.result.outcome).toBe(outcome);
    expect(verdicts(again.result)).toEqual(verdicts(before.result));
    // What was judged again stands in new words in a folder of the old format.
    expect((await readRun(path, context)).result.ineffective).toEqual(before.result.ineffective);
  });
});

test('evidence of checkers that knew of no kinds is of the kind of their checker', async () => {
  const path = join(copies, 'durability');
  const stored = new RunFolder(path);
  const results = stored.readJson('results') as RunResult;
  const checks = results.checks.map((check) => ({
    ...check,
    evidence: { ...check.evidence, kind: undefined },
  }));
  stored.writeJson('results', { ...results, checks });
  const { result } = await readRun(path, context);
  expect(findEvidence(result.checks, 'durability')?.acknowledged).toBeGreaterThan(0);
  expect(result.checks.map(({ evidence }) => evidence?.kind)).toEqual([
    'durability',
    'statistics',
    'availability',
  ]);
});

test('a plan of random draws has the names of today', () => {
  const { spec } = new RunFolder(join(copies, 'planned-faults')).readJson('record') as RunRecord;
  const named = spec.plan?.map(({ fault, parameters: { draw, draws } }) => ({
    fault,
    draw: typeof draw,
    draws: Array.isArray(draws),
  }));
  expect(named).toContainEqual({ fault: 'disk-damage', draw: 'number', draws: false });
  expect(named).toContainEqual({ fault: 'duplicate', draw: 'undefined', draws: true });
});
