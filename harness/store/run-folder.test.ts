import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { RunFolder, RunFolderError, StorageError } from './run-folder.js';

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'schism-run-folder-'));
});

afterEach(() => {
  rmSync(path, { recursive: true, force: true });
});

it.runIf(process.platform === 'linux')('a full disk takes no file that was whole', () => {
  const folder = new RunFolder(path);
  folder.writeJson('record', { format: 2 });
  folder.writeJson('results', { outcome: 'pass' });
  // What is written there finds no room.
  symlinkSync('/dev/full', `${folder.file('results')}.partial`);
  symlinkSync('/dev/full', `${folder.file('report')}.partial`);
  expect(() => folder.writeJson('results', { outcome: 'error' })).toThrow(StorageError);
  expect(() => folder.writeReport('<html>')).toThrow(
    /cannot write .*report.html .*ENOSPC.*--runs-dir/,
  );
  expect(folder.readJson('results')).toEqual({ outcome: 'pass' });
  expect(readdirSync(path)).toEqual(['results.json', 'run.json']);
});

it('a folder of a newer format is refused by its number', () => {
  const folder = new RunFolder(path);
  folder.writeJson('record', { format: 99 });
  expect(() => folder.readJson('record')).toThrow(RunFolderError);
  expect(() => folder.readSchedule()).toThrow(/has format 99; .* up to format 2$/);
});

it('a line of the schedule that is none is refused by its number and its field', () => {
  const folder = new RunFolder(path);
  folder.writeJson('record', { format: 2 });
  const evidence = { tookEffect: true, observations: [] };
  const fault = { fault: 'kill', variant: 'one', nodes: ['n1'], parameters: {}, evidence };
  const entry = { time: 1, doneTime: 2, action: 'inject' as const, id: 1, fault };
  const written = (line: string): (() => unknown) => {
    writeFileSync(folder.file('schedule'), `${JSON.stringify(entry)}\n${line}\n{"torn`);
    return () => folder.readSchedule();
  };
  expect(written(JSON.stringify(entry))()).toEqual([entry, entry]);
  const silent = { ...entry, fault: { ...fault, evidence: { observations: [] } } };
  expect(written(JSON.stringify(silent))).toThrow(RunFolderError);
  expect(written(JSON.stringify(silent))).toThrow(
    /schedule\.jsonl line 2: fault\.evidence\.tookEffect: expected boolean, received undefined$/,
  );
  expect(written('{"time":')).toThrow(/schedule\.jsonl line 2 is not JSON/);
});

it.each([undefined, 1, 2])(
  'evidence without a kind has that of its checker, format %s',
  (format) => {
    const folder = new RunFolder(path);
    const evidences = [{ tickets: 3 }, { kind: 'tickets', sold: 2 }, 5, undefined];
    folder.writeJson('record', { format });
    folder.writeJson('results', {
      checks: evidences.map((evidence) => ({ checker: 'mine', evidence })),
    });
    expect(folder.readJson('results')).toEqual({
      checks: [
        { checker: 'mine', evidence: { kind: 'mine', tickets: 3 } },
        { checker: 'mine', evidence: { kind: 'tickets', sold: 2 } },
        { checker: 'mine', evidence: { kind: 'mine', value: 5 } },
        { checker: 'mine' },
      ],
    });
  },
);
