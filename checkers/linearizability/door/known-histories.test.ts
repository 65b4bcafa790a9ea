import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { createRealClock } from '../../../harness/environment/real.js';
import { readHistory } from '../../../harness/history/read.js';
import { createLinearizabilityChecker } from './checker.js';
import { ENGINES, type EngineName } from '../engines/decide.js';

const HISTORIES = join(import.meta.dirname, '../../testdata/histories');
const ETCD = join(HISTORIES, 'etcd-jepsen');
const KV = join(HISTORIES, 'kv');

const expected = readFileSync(join(ETCD, 'expected.tsv'), 'utf8').trim().split('\n');
const etcdCases = expected.map((line) => line.split('\t'));
const kvCases = readdirSync(KV).map((file) => [file, file.includes('-ok') ? 'valid' : 'invalid']);
const engines: EngineName[] = ['just-in-time', 'general'];

async function verdictOf(file: string, model: string, engine: EngineName | 'auto') {
  const { history } = await readHistory(file);
  const checker = createLinearizabilityChecker({ model, engine, all: true });
  const limits = { timeMs: 30_000, memoryBytes: 1e9 };
  const { verdict, evidence } = await checker.check(history, { clock: createRealClock(), limits });
  return { verdict, evidence };
}

describe('histories of known verdicts', () => {
  it.each(['auto', ...engines] as const)('the etcd logs, engine %s', async (engine) => {
    expect(etcdCases).toHaveLength(25);
    for (const [file, verdict] of etcdCases) {
      const found = await verdictOf(join(ETCD, file), 'cas-register', engine);
      expect({ file, verdict: found.verdict }).toEqual({ file, verdict });
    }
  });

  it.each(['auto', ...engines] as const)('the key-value files, engine %s', async (engine) => {
    expect(kvCases).toHaveLength(4);
    for (const [file, verdict] of kvCases) {
      const found = await verdictOf(join(KV, file), 'key-value', engine);
      expect({ file, verdict: found.verdict }).toEqual({ file, verdict });
    }
  });

  it('names every engine', () => {
    expect(Object.keys(ENGINES)).toEqual(expect.arrayContaining(engines));
  });
});
