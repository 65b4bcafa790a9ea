import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isOwnModule, loadProgram, missingModule, moduleFile } from './program-module.js';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'schism-program-module-')));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('the module of a program', () => {
  it('is named by a URL, its text, or a path', () => {
    const file = write('my node.js', '');
    for (const module of [file, pathToFileURL(file), pathToFileURL(file).href]) {
      expect(moduleFile({ module })).toBe(file);
    }
    expect(moduleFile({ module: 'somewhere/node.js' })).toBe(
      join(process.cwd(), 'somewhere/node.js'),
    );
  });

  it('is its source where it was not built', () => {
    const source = write('node.ts', '');
    expect(moduleFile({ module: join(folder, 'node.js') })).toBe(source);
    const built = write('node.js', '');
    expect(moduleFile({ module: join(folder, 'node.js') })).toBe(built);
  });

  it('is missed by its path', () => {
    const program = { module: join(folder, 'none.js'), export: 'create' };
    expect(missingModule(program)).toBe(
      `There is no module ${program.module} to take a program from.`,
    );
  });

  it('is of this package or not', () => {
    mkdirSync(join(folder, 'node_modules'));
    expect(isOwnModule(moduleFile({ module: new URL('./entry.js', import.meta.url) }))).toBe(true);
    expect(isOwnModule(join(folder, 'node.js'))).toBe(false);
    expect(isOwnModule(join(process.cwd(), 'node_modules/other/node.js'))).toBe(false);
  });
});

describe('loading a program', () => {
  const load = (name: string, text: string) =>
    loadProgram({ module: write(name, text), export: 'create' });

  it('gives the function that the export is, from JavaScript and from TypeScript', async () => {
    expect(await load('plain.mjs', 'export const create = () => 1;')).toBeTypeOf('function');
    const typed = 'enum Kind { One = 7 }\nexport const create = (): number => Kind.One;';
    const create = (await load('typed.ts', typed)) as () => unknown;
    expect(create()).toBe(7);
  });

  it('asks whoever imports a user’s modules otherwise, and not for our own', async () => {
    const asked: string[] = [];
    const importModule = (file: string) => {
      asked.push(file);
      return Promise.resolve({ create: () => 2 });
    };
    const file = write('node.ts', 'not even TypeScript');
    await loadProgram({ module: file, export: 'create' }, importModule);
    const own = new URL('./program-module.js', import.meta.url);
    await loadProgram({ module: own, export: 'loadProgram' }, importModule);
    expect(asked).toEqual([file]);
  });

  it('says what the module has instead, and that it is not there', async () => {
    await expect(load('node.mjs', 'export const one = 1, two = 2;')).rejects.toThrow(
      'exports no function "create" to make a program; it exports one, two.',
    );
    const nowhere = { module: join(folder, 'none.js'), export: 'create' };
    await expect(loadProgram(nowhere)).rejects.toThrow('There is no module');
  });
});
