import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { EXIT_CODES } from '../harness/verdict.js';
import { schism } from '../cli/testing/schism.js';

const runs = mkdtempSync(join(tmpdir(), 'schism-durability-'));
const intoRuns = ['--runs-dir', runs];

afterAll(() => {
  rmSync(runs, { recursive: true, force: true });
});

describe('power cuts of real processes', () => {
  it.each([1, 2, 3])(
    'lose what the mode does not keep, and nothing else, seed %i',
    async (seed) => {
      const { code, out } = await schism(
        ...['durability', 'raft', '--runs', '1', '--time', '15s', '--faults', 'power:all'],
        ...['--fault-interval', '3s', '--seed', String(seed), ...intoRuns],
      );
      expect(out).toMatch(/raft always +✓ pass +keeps all +[\d,]+ +0 /);
      expect(out).toMatch(/raft batch +✓ pass +keeps all +[\d,]+ +0 /);
      expect(out).toMatch(/raft never +✓ pass +may lose +[\d,]+ +[1-9]/);
      expect(code).toBe(EXIT_CODES.pass);
    },
  );

  it('are no kills: a kill of all loses nothing, not even with never', async () => {
    const { code, out } = await schism(
      ...['test', 'raft', '--workload', 'durability', '--durability', 'never', '--nodes', '3'],
      ...['--time', '15s', '--faults', 'kill:all', '--seed', '4', ...intoRuns],
    );
    expect(out).toMatch(/Pass: .* what the system promises\.\n/);
    expect(code).toBe(EXIT_CODES.pass);
  });

  it('can be carried out again from the run folder, in another mode', async () => {
    const [recorded] = readdirSync(join(runs, 'raft-durability')).filter((name) =>
      name.endsWith('-1'),
    );
    const path = join(runs, 'raft-durability', recorded);
    const { code, out } = await schism('replay', path, '--durability', 'interval', ...intoRuns);
    const [, all, again] = /Of (\d+) recorded faults?, (\d+) w/.exec(out) ?? [];
    expect(Number(all)).toBeGreaterThan(0);
    expect(again).toBe(all);
    expect(code).toBe(EXIT_CODES.pass);
  });
});
