import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { BenchmarkTable } from '../common/benchmark.js';
import { type Case, enginesOf, measureCases, show } from './cells.js';

const HISTORIES = 'checkers/testdata/histories';

const KEY_VALUE_FILES: readonly (readonly [string, string?])[] = [
  ['c10-ok', '≤ 0.42'],
  ['c10-bad', '≤ 0.30'],
  ['c01-ok'],
  ['c01-bad'],
];

/** Histories that others have judged before. */
export async function measureKnown(log: (line: string) => void): Promise<BenchmarkTable> {
  const keyValue = KEY_VALUE_FILES.map(([file, wanted]): Case => {
    const files = [join(HISTORIES, 'kv', `${file}.txt`)];
    return {
      name: `key-value ${file}`,
      spec: { model: 'key-value', files, repetitions: 400 },
      wanted,
    };
  });
  const measured = await measureCases([etcdLogs(), ...keyValue], log);
  return {
    title: 'Histories of known verdicts, warm (ms)',
    columns: ['histories', 'took', 'wanted', 'engine'],
    rows: measured.map(({ name, wanted, cells }) => [
      ...[name, show(cells[0]), wanted, enginesOf(cells)],
    ]),
    notes: [
      'Wanted for the key-value files: no slower than Porcupine. Its c50 sets are not at hand.',
    ],
  };
}

function etcdLogs(): Case {
  const folder = join(HISTORIES, 'etcd-jepsen');
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.log'))
    .map((file) => join(folder, file));
  const spec = { model: 'cas-register', files, repetitions: 100 } as const;
  return { name: `etcd logs (${files.length})`, spec, wanted: '≤ 15' };
}
