import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';

import packageFile from '../../package.json' with { type: 'json' };
import { describeWith } from '../../harness/testing/requirements.js';
import {
  folderOf,
  installTarball,
  type Project,
  reachableFrom,
  readExamples,
  removeProject,
  runIn,
  writeExamples,
  writeStore,
} from './project.js';

const pages = readExamples();
/** Enough for a machine that does other things, too. */
const PATIENT_MS = 180_000;

/** Whose types a program may need; `buffer` is what @types/node finds under the name of a module of Node.js. */
const ALLOWED = ['schism', 'zod', 'typescript', '@types/node', 'undici-types', 'buffer'];

/** What is called in the folder of a page, and how it ends. */
const CALLS: readonly [page: string, args: string, code: number, said: RegExp][] = [
  ['docs/writing-a-model.md', 'check switch.jsonl --model switch --explain', 0, /toggle/],
  ['docs/writing-a-checker.md', 'check tickets.jsonl --checker unique-tickets', 1, /1 of them/],
  [
    'docs/writing-a-nemesis.md',
    'test raft --runtime simulation --faults stop,partition --time 10s --seed 1',
    0,
    /[1-9] × stop/,
  ],
  ['docs/writing-a-target.md', 'test my-store --nodes 1 --time 2s --faults pause --seed 1', 0, /✓/],
  ['README.md', 'list targets', 0, /^my-store$/m],
  [
    'docs/writing-a-workload.md',
    'test my-counter --nodes 1 --workload counter --workload-option mix=5 --time 2s',
    0,
    /✓ Pass/,
  ],
  [
    'docs/writing-a-workload.md',
    'simulate my-counter --nodes 1 --workload counter --runs 20 --faults kill --no-minimise',
    1,
    /Violation/,
  ],
];

describeWith('registry', 'the package, installed from its tarball in an empty project', () => {
  let project: Project;

  beforeAll(async () => {
    project = await installTarball();
    writeExamples(project, pages);
    writeStore(project, folderOf('docs/writing-a-target.md'));
    write('writing-a-model/switch.jsonl', [
      { type: 'invoke', f: 'toggle' },
      { type: 'ok', f: 'toggle', value: true },
      { type: 'invoke', f: 'look' },
      { type: 'ok', f: 'look', value: true },
    ]);
    write(
      'writing-a-checker/tickets.jsonl',
      [1, 2, 1].flatMap((value) => [
        { type: 'invoke', f: 'take' },
        { type: 'ok', f: 'take', value },
      ]),
    );
  }, PATIENT_MS);

  afterAll(() => removeProject(project));

  function write(path: string, events: readonly object[]): void {
    const lines = events.map((event, index) =>
      JSON.stringify({ index, time: index * 1_000, process: 0, ...event }),
    );
    writeFileSync(join(project.directory, path), `${lines.join('\n')}\n`);
  }

  it('holds what its exports name, and neither tests nor what only a build needs', () => {
    const { '.': main, './testing': testing } = packageFile.exports;
    for (const path of [main, testing].flatMap(Object.values<string>)) {
      expect(project.files).toContain(path.replace('./', ''));
    }
    const odd = /\.test\.|\.faults\.|testdata|\.map$|tsbuildinfo|^dist\/(bench|e2e|docs)\//;
    expect(project.files.filter((path) => odd.test(path))).toEqual([]);
  });

  it('holds no helpers of tests but those that schism/testing needs', () => {
    const needed = reachableFrom(project, 'dist/campaigns/testing.js');
    const helpers = project.files.filter((path) => /\/testing\/.*\.js$/.test(path));
    expect(helpers.filter((path) => !needed.has(path))).toEqual([]);
  });

  const compile = (module: string, resolution: string, ...more: string[]) => {
    const strict = ['--noEmit', '--strict', '--noUnusedLocals', '--target', 'es2022'];
    const how = ['--types', 'node', '--module', module, '--moduleResolution', resolution];
    return runIn(project, '.', 'tsc', ...strict, ...how, ...more);
  };

  it.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])(
    'has types for the module %s and the resolution %s, with @types/node alone beside them',
    async (module, resolution) => {
      const all = "export * as schism from 'schism';\nexport * as testing from 'schism/testing';\n";
      writeFileSync(join(project.directory, 'all.ts'), all);
      const options = ['--skipLibCheck', 'false', '--listFiles', 'all.ts'];
      const { stdout, exitCode } = await compile(module, resolution, ...options);
      const foreign = stdout
        .split('\n')
        .filter((line) => line !== 'all.ts')
        .filter((line) => !ALLOWED.some((name) => line.includes(`/node_modules/${name}/`)));
      expect(foreign).toEqual([]);
      expect(exitCode).toBe(0);
    },
    PATIENT_MS,
  );

  it(
    'compiles the examples of all pages',
    async () => {
      const files = pages.flatMap(({ page, examples }) =>
        Object.keys(examples).map((name) => `${folderOf(page)}/${name}`),
      );
      // Vitest's own types, which tests import, do not compile without it.
      const options = ['--skipLibCheck', 'true', ...files];
      expect((await compile('nodenext', 'nodenext', ...options)).stdout).toBe('');
    },
    PATIENT_MS,
  );

  it.concurrent.each(CALLS)(
    '%s: schism %s ends with %i',
    async (page, args, code, said) => {
      const end = await runIn(project, folderOf(page), 'schism', ...args.split(' '));
      expect(end.output).toMatch(said);
      expect(end.exitCode).toBe(code);
    },
    PATIENT_MS,
  );

  it('runs the tests of the pages, but for those of a cluster that nobody has', async () => {
    const end = await runIn(project, '.', 'vitest', 'run', '--exclude', '**/my-store.test.ts');
    expect(end.output).toMatch(/Test Files +5 passed/);
    expect(end.exitCode).toBe(0);
  });

  it('a test of a run is at most 15 lines long', () => {
    const readme = pages.find(({ page }) => page === 'README.md');
    const lines = readme?.examples['raft.test.ts'].split('\n') ?? [];
    expect(lines.slice(1).length).toBeLessThanOrEqual(15);
  });

  it('is what a configuration imports, where it is not installed beside it', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'schism-elsewhere-'));
    onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
    const { examples } = pages.find(({ page }) => page === 'docs/writing-a-model.md') ?? {};
    writeFileSync(join(elsewhere, 'schism.config.ts'), examples?.['schism.config.ts'] ?? '');
    expect(existsSync(join(elsewhere, 'node_modules'))).toBe(false);
    const end = await runIn(project, elsewhere, 'schism', 'list', 'models');
    expect(end.output).toMatch(/^switch$/m);
  });
});
