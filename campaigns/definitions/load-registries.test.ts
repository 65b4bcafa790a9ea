import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { workloadsServed } from '../../harness/contracts/operations/serving.js';
import { loadRegistries } from './load-registries.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schism-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function configure(text: string): Promise<unknown> {
  writeFileSync(join(folder, 'schism.config.ts'), text);
  return loadRegistries(folder);
}

describe('schism.config.ts', () => {
  it('adds entries beside the built-in ones', async () => {
    await configure(`
      const description: string = 'mine';
      export default { workloads: { mine: { name: 'mine', description } } };
    `);
    const { workloads, targets } = await loadRegistries(folder);
    expect(Object.keys(workloads)).toEqual(expect.arrayContaining(['register', 'mine']));
    expect(Object.keys(targets)).toContain('raft');
  });

  it('may not take a name that is taken', async () => {
    await expect(configure('export default { targets: { raft: {} } };')).rejects.toThrow(
      /adds "raft" to targets, but that name is taken/,
    );
  });

  it('may not add to a room that there is not', async () => {
    await expect(configure('export default { target: {} };')).rejects.toThrow(
      /adds to "target"; it can add to targets, workloads/,
    );
  });

  it('says which file could not be loaded, and why', async () => {
    await expect(configure('export default {{')).rejects.toThrow(
      /schism\.config\.ts cannot be loaded/,
    );
  });
});

describe('what the built-in targets serve', () => {
  it.each([
    ['raft', ['register', 'durability']],
    ['zab', ['register', 'durability', 'sessions']],
    ['etcd', ['register', 'durability', 'lock']],
    ['zookeeper', ['register', 'durability', 'lock']],
    ['consul', ['register', 'durability', 'lock']],
  ])('%s: the workloads %j', async (name, served) => {
    const { targets, workloads } = await loadRegistries(folder);
    expect(workloadsServed(targets[name], workloads)).toEqual(served);
  });
});
