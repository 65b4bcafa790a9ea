import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, resolve } from 'node:path';

import packageFile from '../../package.json' with { type: 'json' };
import { callsIn } from '../../docs/generator/commands.js';
import { parseMarkdown } from '../../docs/generator/markdown.js';
import { readPage, readPages } from '../../docs/generator/pages.js';
import { findPackageRoot } from '../../docs/generator/root.js';
import { type CommandEnd, runCommand, tryCommand } from '../../harness/machine/command.js';

/** What users' own projects have beside Schism. */
const BESIDE = ['typescript', 'vitest', '@types/node'] as const;

/** An empty project that has installed the package as it is published. */
export interface Project {
  directory: string;
  /** Paths in the tarball. */
  files: readonly string[];
}

/** Packs what was built, and installs it from the tarball. */
export async function installTarball(): Promise<Project> {
  const directory = mkdtempSync(join(tmpdir(), 'schism-package-'));
  const { stdout } = await runCommand(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', directory],
    { cwd: findPackageRoot() },
  );
  const [{ filename, files }] = JSON.parse(stdout) as {
    filename: string;
    files: { path: string }[];
  }[];
  const manifest = { name: 'project', private: true, type: 'module' };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  const beside = BESIDE.map((name) => `${name}@${packageFile.devDependencies[name]}`);
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await runCommand('npm', ['install', ...options, `./${filename}`, ...beside], { cwd: directory });
  return { directory, files: files.map(({ path }) => path) };
}

export function removeProject({ directory }: Project): void {
  rmSync(directory, { recursive: true, force: true });
}

/** The examples of one page, each under the name in its first line. */
export interface PageExamples {
  page: string;
  examples: Readonly<Record<string, string>>;
  /** What it calls `schism` with. */
  calls: readonly string[];
}

const PAGES = ['README.md', 'CONTRIBUTING.md'];

/** Every example in TypeScript. Throws where one does not say which file it is. */
export function readExamples(): PageExamples[] {
  const pages = [...PAGES.map(readPage), ...readPages()];
  return pages
    .map(({ path, text }) => {
      const { blocks } = parseMarkdown(text);
      const examples = blocks.filter(({ language }) => language === 'ts');
      return {
        page: path,
        examples: Object.fromEntries(
          examples.map(({ lines }) => [fileOf(path, lines[0]), lines.join('\n')]),
        ),
        calls: blocks.flatMap(callsIn),
      };
    })
    .filter(({ examples }) => Object.keys(examples).length > 0);
}

function fileOf(page: string, line: string): string {
  const name = /^\/\/ ([\w.-]+\.ts)$/.exec(line)?.[1];
  if (name === undefined) throw new Error(`an example of ${page} begins with "${line}"`);
  return name;
}

/** A folder of the project for each page, with its examples and those of others that they name. */
export function writeExamples({ directory }: Project, pages: readonly PageExamples[]): void {
  const all = Object.assign(
    {},
    ...pages.map(({ examples }) => examples),
  ) as PageExamples['examples'];
  for (const { page, examples } of pages) {
    const folder = join(directory, folderOf(page));
    mkdirSync(folder);
    const names = new Set(Object.keys(examples));
    for (const name of names) {
      const text = examples[name] ?? all[name];
      writeFileSync(join(folder, name), text);
      for (const [, other] of text.matchAll(/'\.\/([\w.-]+)\.js'/g)) names.add(`${other}.ts`);
    }
  }
}

export function folderOf(page: string): string {
  return page
    .replace(/^docs\//, '')
    .replace(/\.md$/, '')
    .toLowerCase();
}

/** The files of the package that one of them imports, directly or not. */
export function reachableFrom({ directory }: Project, start: string): ReadonlySet<string> {
  const root = join(directory, 'node_modules', packageFile.name);
  const found = new Set([start]);
  for (const path of found) {
    const text = readFileSync(join(root, path), 'utf8');
    for (const [, imported] of text.matchAll(/(?:from|import) '(\.[^']+)'/g)) {
      found.add(normalize(join(dirname(path), imported)));
    }
  }
  return found;
}

/** Runs a program of the project's own, in one of its folders or in one that is named by its whole path. */
export function runIn(
  { directory }: Project,
  folder: string,
  program: string,
  ...args: readonly string[]
): Promise<CommandEnd> {
  const file = join(directory, 'node_modules', '.bin', program);
  return tryCommand(file, args, {
    cwd: resolve(directory, folder),
    env: { NO_COLOR: '1' },
    timeoutMs: 60_000,
  });
}

/** A store that stands in for a user's: one node, whose data are in memory. */
export function writeStore({ directory }: Project, folder: string): void {
  const path = join(directory, folder, 'build');
  mkdirSync(path);
  cpSync(join(import.meta.dirname, 'testdata/my-store.mjs'), join(path, 'my-store'));
  chmodSync(join(path, 'my-store'), 0o755);
}
