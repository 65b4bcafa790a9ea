import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { expect, test } from 'vitest';

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

test.each(withEnding('.sh'))('%s is a script for the shell that it names', (path) => {
  const [, shell] = /^#!\S*[/ ](sh|bash)$/m.exec(readFileSync(path, 'utf8')) ?? [];
  expect(['sh', 'bash']).toContain(shell);
  execFileSync(shell, ['-n', path]);
});

test.each(withEnding('.pl'))('%s is a program in Perl', (path) => {
  expect(
    execFileSync('perl', ['-c', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
  ).toBe('');
});

test('the build has every asset beside the module that reads it, and so has the package', () => {
  expect(withEnding('.sh', '.pl', '.css', '.proto', '.lst', '.Dockerfile')).toEqual(assets);
  expect(existsSync('dist/cli/main.js'), 'run npm run build').toBe(true);
  const packed = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for (const path of assets) {
    const built = join('dist', path);
    expect(existsSync(built), built).toBe(true);
    expect(readFileSync(built, 'utf8')).toBe(readFileSync(path, 'utf8'));
    expect(packed).toContain(`"${built}"`);
  }
});
