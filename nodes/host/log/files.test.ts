import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { FileStore, SyncDone } from '../../../harness/contracts/file-store.js';
import { createRandom } from '../../../harness/environment/random.js';
import { returnToSynced } from '../../../harness/machine/synced-copy.js';
import { openDirectory } from './files.js';
import { PowerCutDisk } from '../testing/power-cut-disk.js';
import { SyncedFileStore } from './synced-files.js';

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
  'the directory with a copy of what was synced': () => {
    const directory = freshDirectory();
    return { store: new SyncedFileStore(openDirectory(directory), directory, `${directory}-copy`) };
  },
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

/** A real directory whose syncs end when they are told to. */
class LateDirectory implements FileStore {
  readonly open: SyncDone[] = [];
  private readonly disk: FileStore;

  constructor(directory: string) {
    this.disk = openDirectory(directory);
  }

  list = (): string[] => this.disk.list();
  read = (name: string): Uint8Array => this.disk.read(name);
  append = (name: string, bytes: Uint8Array): void => this.disk.append(name, bytes);
  truncate = (name: string, length: number): void => this.disk.truncate(name, length);
  rename = (from: string, to: string): void => this.disk.rename(from, to);
  remove = (name: string): void => this.disk.remove(name);
  sync = (_name: string, done: SyncDone): void => void this.open.push(done);
  syncDirectory = (done: SyncDone): void => void this.open.push(done);
}

/** A file as a power cut sees it. `synced` is its content at the last sync, which began as number `by`. */
interface ModelFile {
  now: string;
  synced: string;
  by: number;
}

/** The obvious file system: names now and names synced, each file with its content now and synced. */
class Model {
  now = new Map<string, ModelFile>();
  private synced = new Map<string, ModelFile>();
  private by = 0;
  private begun = 0;

  contents(): [string, string][] {
    return [...this.now].map(([name, { now }]): [string, string] => [name, now]).sort();
  }

  /** What its end makes durable. */
  beginSync(name: string): () => void {
    const file = this.now.get(name) as ModelFile;
    const [content, number] = [file.now, ++this.begun];
    return () => {
      if (number > file.by) Object.assign(file, { synced: content, by: number });
    };
  }

  beginDirectorySync(): () => void {
    const [names, number] = [new Map(this.now), ++this.begun];
    return () => {
      if (number > this.by) [this.synced, this.by] = [names, number];
    };
  }

  cutPower(): void {
    this.now = new Map(
      [...this.synced].map(([name, { synced }]) => [name, { now: synced, synced, by: 0 }]),
    );
    this.synced = new Map(this.now);
    this.by = 0;
  }
}

type Step = Operation | { kind: 'end'; draw: number } | { kind: 'kill' } | { kind: 'power cut' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: operation },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('end' as const), draw: fc.nat(99) }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ kind: 'kill' } as const, { kind: 'power cut' } as const),
  },
);

/** The store under test beside the model, through kills and power cuts. */
class Machine {
  private readonly directory = freshDirectory();
  private readonly model = new Model();
  private ends: (() => void)[] = [];
  private below = new LateDirectory(this.directory);
  private store = this.open();

  private open(): SyncedFileStore {
    this.below = new LateDirectory(this.directory);
    return new SyncedFileStore(this.below, this.directory, `${this.directory}-copy`);
  }

  async take(step: Step, text: string): Promise<void> {
    if (step.kind === 'end') this.end(step.draw);
    else if (step.kind === 'kill' || step.kind === 'power cut') await this.restart(step.kind);
    else if (step.kind === 'syncDirectory') {
      this.ends.push(this.model.beginDirectorySync());
      this.store.syncDirectory(expectNoError);
    } else if (step.kind === 'sync') {
      if (!this.model.now.has(step.name)) return;
      this.ends.push(this.model.beginSync(step.name));
      this.store.sync(step.name, expectNoError);
    } else await this.change(step, text);
    expect(this.found()).toEqual(this.model.contents());
  }

  private async change(step: Operation, text: string): Promise<void> {
    const { now } = this.model;
    const texts = new Map([...now].map(([name, file]) => [name, file.now]));
    if (!applyToModel(texts, step, text)) return;
    await applyToStore(this.store, step, text);
    if (step.kind === 'rename') now.set(step.to, now.get(step.name) as ModelFile);
    for (const name of [...now.keys()]) if (!texts.has(name)) now.delete(name);
    for (const [name, content] of texts) {
      const file = now.get(name) ?? { now: '', synced: '', by: 0 };
      now.set(name, Object.assign(file, { now: content }));
    }
  }

  private end(draw: number): void {
    if (this.ends.length === 0) return;
    const at = draw % this.ends.length;
    this.ends.splice(at, 1)[0]();
    this.below.open.splice(at, 1)[0]();
  }

  private async restart(how: 'kill' | 'power cut'): Promise<void> {
    this.ends = [];
    if (how === 'power cut') {
      const before = this.model.contents();
      this.model.cutPower();
      const loss = await returnToSynced(this.directory, `${this.directory}-copy`);
      expect(loss).toEqual(lossBetween(before, new Map(this.model.contents())));
    }
    this.store = this.open();
  }

  private found(): [string, string][] {
    return this.store
      .list()
      .map((name): [string, string] => [name, Buffer.from(this.store.read(name)).toString()]);
  }
}

function expectNoError(error?: Error): void {
  expect(error).toBeUndefined();
}

function lossBetween(before: readonly [string, string][], after: ReadonlyMap<string, string>) {
  const lost = before.filter(([name, content]) => after.get(name) !== content);
  const bytes = lost.map(([name, content]) => {
    const kept = after.get(name) ?? '';
    const prefix = [...content].findIndex((byte, at) => byte !== kept[at]);
    return prefix < 0 ? 0 : content.length - prefix;
  });
  return { lostFiles: lost.length, lostBytes: bytes.reduce((sum, each) => sum + each, 0) };
}

describe('the directory with a copy of what was synced', () => {
  it('loses nothing to a kill, and to a power cut all that was not synced', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const machine = new Machine();
        for (const [index, each] of [...steps, { kind: 'power cut' } as const].entries()) {
          const count = each.kind === 'append' ? each.count : 0;
          await machine.take(each, String.fromCharCode(97 + (index % 26)).repeat(count));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does not keep what nobody can miss', async () => {
    const directory = freshDirectory();
    const store = new SyncedFileStore(openDirectory(directory), directory, `${directory}-copy`);
    const run = (operation: Operation): Promise<void> => applyToStore(store, operation, 'text');
    for (let round = 0; round < 5; round++) {
      await run({ kind: 'append', name: 'a', count: 4 });
      await run({ kind: 'sync', name: 'a' });
      await run({ kind: 'rename', name: 'a', to: 'b' });
      await run({ kind: 'syncDirectory' });
    }
    expect(fs.readdirSync(`${directory}-copy/content`)).toHaveLength(1);
    expect(fs.readdirSync(`${directory}-copy/held`)).toHaveLength(1);
  });
});
