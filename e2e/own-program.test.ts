import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/**
 * A node of a user's own in a file of its own, with what plain Node.js 20 cannot read: values in memory, and a seeded bug.
 * It takes from the configuration what both must share, so that it matters which copy of it is loaded.
 */
const NODE = `
import { createRandom } from 'schism';
import { Shelf } from './shelf';

enum Status { Done = 200, Unknown = 404 }

interface Config { bugs: ReadonlySet<string> }

export function createShelf({ bugs }: Config) {
  const shelf = new Shelf();
  const answer = (path: string, { key, value }: { key: string; value?: unknown }) => {
    if (path === '/read') return { status: Status.Done, value: shelf.read(key) };
    if (path !== '/write') return { status: Status.Unknown, value: null };
    shelf.write(key, value, bugs.has('forgetful'));
    return { status: Status.Done, value: null };
  };
  return {
    shelf,
    step(input: { kind: string; id: number; path: string; body: { key: string } }) {
      if (input.kind !== 'request') return [];
      const { status, value } = answer(input.path, input.body);
      return [{ kind: 'reply', id: input.id, status, body: { value: value ?? null } }];
    },
    status: () => ({ size: shelf.size, drawn: createRandom(1).next() }),
  };
}
`;

const SHELF = `
export class Shelf {
  private readonly values = new Map<string, unknown>();
  private writes = 0;
  get size(): number { return this.values.size; }
  read(key: string): unknown { return this.values.get(key); }
  write(key: string, value: unknown, forgets: boolean): void {
    if (!forgets || ++this.writes % 50 !== 0) this.values.set(key, value);
  }
}
`;

/** The target and a workload of the user's, with an operation family of their own beside one that there is. */
const CONFIG = `
import {
  ClientError, FAMILIES, defineOperations, generate, limit, onEveryNode, z,
} from 'schism';
import { Shelf } from './shelf';

const counting = defineOperations({
  name: 'counting',
  description: 'how much there is',
  operations: {
    size: {
      description: 'answers how many keys there are',
      hasKey: false,
      value: z.undefined(),
      answer: z.int(),
      hasEffects: false,
    },
  },
});

/** Whatever node a client is of, it asks the first one: there is no other copy. */
function createClient({ nodes, settings }) {
  const connection = nodes[0].connect();
  return {
    async invoke({ f, key, value }, timeoutMs) {
      if (f === 'size') {
        const status = await nodes[0].status(timeoutMs);
        if (status === undefined) throw new ClientError('timeout', 'no status');
        return { type: 'ok', value: status.size };
      }
      const { body } = await connection.request('/' + f, { key, value }, timeoutMs);
      return { type: 'ok', value: f === 'read' ? body.value : undefined };
    },
    close: () => connection.close(),
  };
}

const shelf = {
  name: 'shelf',
  description: 'values in memory',
  versions: ['1'],
  durabilityModes: { never: { description: 'nothing', survivesPowerLoss: false } },
  defaultDurability: 'never',
  settings: {},
  bugs: { forgetful: { description: 'forgets', precedent: 'people', foundBy: 'any run' } },
  families: [FAMILIES.register, counting],
  errors: { refused: { definite: true, reason: 'nothing was sent' } },
  createClient,
  isReady: () => true,
  starts: { program: { module: new URL('./node.ts', import.meta.url), export: 'createShelf' } },
  monitor: () => ({
    observe: ({ program }) => {
      if (!(program.shelf instanceof Shelf)) throw new Error('another copy of the class');
    },
  }),
};

const sizes = {
  name: 'sizes',
  description: 'writes, and asks how much there is',
  needs: [FAMILIES.register, counting],
  options: {},
  create: (_options, _random, nodes) => ({
    load: generate((thread, _random, count) =>
      count % 2 === 0 ? { f: 'write', key: thread + '-' + count, value: count } : { f: 'size' },
    ),
    final: onEveryNode(nodes, limit(1, generate(() => ({ f: 'size' })))),
    checkers: [
      {
        name: 'growth',
        description: 'nothing is lost',
        check: async ({ operations }) => {
          const seen = operations.filter(({ f, type }) => f === 'size' && type === 'ok');
          const last = seen.at(-1)?.output ?? 0;
          const verdict = seen.length > 10 && last > 10 ? 'valid' : 'invalid';
          return { checker: 'growth', verdict, summary: 'in the end there are ' + last };
        },
      },
    ],
  }),
};

export default { targets: { shelf }, workloads: { sizes } };
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schism-own-program-'));
  const files = { 'node.ts': NODE, 'shelf.ts': SHELF, 'schism.config.ts': CONFIG };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function schism(...args: readonly string[]): Promise<{ code?: number; out: string }> {
  const { exitCode, all } = await execa(process.execPath, [CLI, ...args], {
    cwd: folder,
    all: true,
    reject: false,
    stdin: 'ignore',
  });
  return { code: exitCode, out: all };
}

const BRIEF = ['--nodes', '3', '--time', '2s', '--rate', '100', '--concurrency', '4'];
// It has no compare-and-set.
const DURABILITY = ['--workload', 'durability'];

describe('a node of a user’s own, named by module and export', () => {
  it.each(['process', 'simulation'])('runs in the runtime %s', async (runtime) => {
    const { code, out } = await schism(
      'test',
      'shelf',
      '--runtime',
      runtime,
      ...DURABILITY,
      ...BRIEF,
    );
    expect(out).toContain('✓ Pass');
    expect(code).toBe(0);
  });

  it('runs in the threads of a search, which find its bug', async () => {
    const search = ['simulate', 'shelf', ...DURABILITY, ...BRIEF, '--jobs', '2', '--runs', '2'];
    expect((await schism(...search)).code).toBe(0);
    expect((await schism(...search, '--bug', 'forgetful', '--no-minimise')).code).toBe(1);
  });

  it('serves operations of the user’s own, which a workload of the user’s own needs', async () => {
    const listed = await schism('list', 'targets');
    expect(listed.out.replaceAll(/\s+/g, ' ')).toContain('Workloads: durability, sizes.');
    const { code, out } = await schism('test', 'shelf', '--workload', 'sizes', ...BRIEF);
    expect(out).toContain('growth valid');
    expect(code).toBe(0);
  });

  it('is refused what it does not serve, and faults of leaders where nobody leads', async () => {
    const register = await schism('test', 'shelf', ...BRIEF);
    expect([register.code, register.out]).toEqual([
      64,
      expect.stringContaining(
        'shelf cannot serve the workload register; it serves durability, sizes',
      ),
    ]);
    const leader = await schism('test', 'shelf', ...DURABILITY, '--faults', 'kill:leader');
    expect([leader.code, leader.out]).toEqual([
      64,
      expect.stringContaining('kill:leader goes by who leads, and of shelf nobody knows who does'),
    ]);
    const raft = await schism('test', 'raft', '--workload', 'sizes');
    expect(raft.out).toContain('raft cannot serve the workload sizes');
  });

  it('is missed before anything starts', async () => {
    rmSync(join(folder, 'node.ts'));
    for (const runtime of ['process', 'simulation']) {
      const { code, out } = await schism('test', 'shelf', '--runtime', runtime, ...DURABILITY);
      expect([code, out]).toEqual([64, expect.stringContaining('node.ts to take a program from')]);
    }
    writeFileSync(join(folder, 'node.ts'), 'export const somethingElse = 1;');
    const { code, out } = await schism('simulate', 'shelf', ...DURABILITY, '--runs', '1');
    expect([code, out]).toEqual([64, expect.stringContaining('no function "createShelf"')]);
  });
});
