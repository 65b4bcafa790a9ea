import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../harness/machine/command.js';

/** Rooms whose code is part of the product. */
const ROOMS = [
  'campaigns',
  'checkers',
  'cli',
  'harness',
  'nemeses',
  'nodes',
  'reports',
  'runtimes',
];
/** Not read at run time: code, and what belongs to tests and their readers. */
const NO_ASSETS = /\.(ts|json|md|png|txt)$|\/(testing|testdata)\//;

const assets = [...ROOMS, 'targets', 'workloads'].flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .map((name) => join(room, name))
    .filter((path) => extname(path) !== '' && !NO_ASSETS.test(path)),
);

function withEnding(...endings: readonly string[]): string[] {
  return assets.filter((path) => endings.includes(extname(path)));
}

test.each(withEnding('.sh'))('%s is a script for the shell that it names', async (path) => {
  const [, shell] = /^#!\S*[/ ](sh|bash)$/m.exec(readFileSync(path, 'utf8')) ?? [];
  expect(['sh', 'bash']).toContain(shell);
  await runCommand(shell, ['-n', path]);
});

test.each(withEnding('.pl'))('%s is a program in Perl', async (path) => {
  expect((await runCommand('perl', ['-c', path])).output).toBe(`${path} syntax OK`);
});

test('the build has every asset beside the module that reads it, and so has the package', async () => {
  expect(withEnding('.sh', '.pl', '.css', '.proto', '.lst', '.Dockerfile')).toEqual(assets);
  expect(existsSync('dist/cli/main.js'), 'run npm run build').toBe(true);
  const packing = ['pack', '--dry-run', '--ignore-scripts', '--json'];
  const { stdout: packed } = await runCommand('npm', packing);
  for (const path of assets) {
    const built = join('dist', path);
    expect(existsSync(built), built).toBe(true);
    expect(readFileSync(built, 'utf8')).toBe(readFileSync(path, 'utf8'));
    expect(packed).toContain(`"${built}"`);
  }
});
