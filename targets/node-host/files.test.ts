import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { FileStore } from '../../harness/contracts/file-store.js';
import { createRandom } from '../../harness/environment/random.js';
import { openDirectory } from './files.js';
import { PowerCutDisk } from './power-cut-disk.fixture.js';
import { VolatileFileStore } from './volatile-files.js';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'schism-files-'));
let directories = 0;

afterAll(() => {
  fs.rmSync(scratch, { recursive: true });
});

function freshDirectory(): string {
  return path.join(scratch, String(directories++));
}

function freshDisk(): PowerCutDisk {
  return new PowerCutDisk(createRandom(1));
}

/** Each store with what ends its syncs, where they do not end by themselves. */
const stores: Record<string, () => { store: FileStore; settle?: () => void }> = {
  'the real directory': () => ({ store: openDirectory(freshDirectory()) }),
  'the volatile store over a directory': () => ({
    store: new VolatileFileStore(openDirectory(freshDirectory())),
  }),
  'the disk of the tests': () => {
    const store = freshDisk();
    return { store, settle: () => store.finishSync() };
  },
};

type Operation =
  | { kind: 'append' | 'truncate'; name: string; count: number }
  | { kind: 'rename'; name: string; to: string }
  | { kind: 'remove' | 'sync'; name: string }
  | { kind: 'syncDirectory' };

const name = fc.constantFrom('a', 'b', 'c');
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), name, count: fc.nat(9) }),
  fc.record({ kind: fc.constant('append' as const), name, count: fc.nat(9) }),
  fc.record({ kind: fc.constant('truncate' as const), name, count: fc.nat(12) }),
  fc.record({ kind: fc.constant('rename' as const), name, to: name }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'sync' as const), name }),
  fc.constant({ kind: 'syncDirectory' as const }),
);

/** The obvious store: texts by name. False where the operation makes no sense here. */
function applyToModel(model: Map<string, string>, operation: Operation, text: string): boolean {
  if (operation.kind === 'syncDirectory') return true;
  const content = model.get(operation.name);
  if (operation.kind === 'append') model.set(operation.name, (content ?? '') + text);
  else if (content === undefined) return false;
  else if (operation.kind === 'remove') model.delete(operation.name);
  else if (operation.kind === 'rename') {
    if (operation.to === operation.name) return false;
    model.delete(operation.name);
    model.set(operation.to, content);
  } else if (operation.kind === 'truncate') {
    if (operation.count > content.length) return false;
    model.set(operation.name, content.slice(0, operation.count));
  }
  return true;
}

async function applyToStore(
  store: FileStore,
  operation: Operation,
  text: string,
  settle?: () => void,
): Promise<void> {
  if (operation.kind === 'append') store.append(operation.name, Buffer.from(text));
  else if (operation.kind === 'truncate') store.truncate(operation.name, operation.count);
  else if (operation.kind === 'rename') store.rename(operation.name, operation.to);
  else if (operation.kind === 'remove') store.remove(operation.name);
  else {
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error): void => (error ? reject(error) : resolve());
      if (operation.kind === 'sync') store.sync(operation.name, done);
      else store.syncDirectory(done);
      settle?.();
    });
  }
}

describe.each(Object.entries(stores))('%s', (_title, create) => {
  it('shows every change at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
        const { store, settle } = create();
        const model = new Map<string, string>();
        for (const [index, operation] of operations.entries()) {
          const count = operation.kind === 'append' ? operation.count : 0;
          const text = String.fromCharCode(97 + (index % 26)).repeat(count);
          if (!applyToModel(model, operation, text)) continue;
          await applyToStore(store, operation, text, settle);
          expect(store.list()).toEqual([...model.keys()].sort());
          for (const [name, content] of model) {
            expect(Buffer.from(store.read(name)).toString()).toBe(content);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the volatile store', () => {
  const synced = (store: FileStore, below: PowerCutDisk, name: string): void => {
    store.sync(name, () => undefined);
    below.finishSync();
  };

  it('loses with its process what was not synced, contents and names apart', () => {
    const below = freshDisk();
    const store = new VolatileFileStore(below);
    store.append('kept', Buffer.from('one'));
    store.append('nameless', Buffer.from('two'));
    synced(store, below, 'kept');
    store.syncDirectory(() => undefined);
    store.append('kept', Buffer.from(' more'));
    store.append('late', Buffer.from('three'));
    synced(store, below, 'late');
    store.rename('kept', 'renamed');

    const found = new VolatileFileStore(below.afterKill());
    expect(found.list()).toEqual(['kept', 'nameless']);
    expect(Buffer.from(found.read('kept')).toString()).toBe('one');
    expect(Buffer.from(found.read('nameless')).toString()).toBe('');
  });

  it('sorts names out that went in a circle, and a new file under an old name', () => {
    const below = freshDisk();
    const store = new VolatileFileStore(below);
    for (const name of ['a', 'b', 'gone']) {
      store.append(name, Buffer.from(`first ${name}`));
      synced(store, below, name);
    }
    store.syncDirectory(() => undefined);
    store.rename('a', 'c');
    store.rename('b', 'a');
    store.rename('c', 'b');
    store.remove('gone');
    store.append('gone', Buffer.from('unsynced'));
    store.syncDirectory(() => undefined);

    const found = new VolatileFileStore(below.afterKill());
    const contents = found.list().map((name) => [name, Buffer.from(found.read(name)).toString()]);
    expect(contents).toEqual([
      ['a', 'first b'],
      ['b', 'first a'],
      ['gone', ''],
    ]);
  });

  it('keeps a file that replaced another, and what was cut off stays off', () => {
    const below = freshDisk();
    const store = new VolatileFileStore(below);
    store.append('log', Buffer.from('old'));
    store.append('new', Buffer.from('replacement'));
    synced(store, below, 'new');
    store.rename('new', 'log');
    store.syncDirectory(() => undefined);
    store.truncate('log', 7);
    synced(store, below, 'log');

    const found = new VolatileFileStore(below.afterKill());
    expect(found.list()).toEqual(['log']);
    expect(Buffer.from(found.read('log')).toString()).toBe('replace');
  });
});
