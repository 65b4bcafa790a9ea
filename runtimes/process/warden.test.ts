import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRealClock } from '../../harness/environment/real.js';
import { entryCommand } from '../../harness/machine/entry.js';
import { isAlive, processFacts } from '../common/process-table.js';

const clock = createRealClock();

/** A controller with a paused node, its nodes identified. */
async function startController(
  directory: string,
  mode: string,
): Promise<{ controller: ReturnType<typeof spawn>; alive: () => number[]; paused: string }> {
  const { file, args } = entryCommand(new URL('./testing/controller.js', import.meta.url));
  const controller = spawn(file, [...args, directory, mode], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const [line] = (await once(createInterface({ input: controller.stdout }), 'line')) as [string];
  const nodes = (JSON.parse(line) as number[]).map((pid) => ({ pid, facts: processFacts(pid) }));
  return {
    controller,
    paused: nodes[0].facts?.state ?? 'gone',
    alive: () =>
      nodes.filter(({ pid, facts }) => isAlive(pid, facts?.startTime ?? '')).map(({ pid }) => pid),
  };
}

describe('no node outlives its harness', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'schism-warden-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('killed with SIGKILL while a node is paused', async () => {
    const { controller, alive, paused } = await startController(directory, 'wait');
    expect(paused).toBe('T');
    expect(alive()).toHaveLength(3);
    controller.kill('SIGKILL');
    // The test's own time limit ends this loop where a node stays.
    while (alive().length > 0) await clock.sleep(20);
    expect(alive()).toEqual([]);
  });

  test('killed with its whole group by a terminal that closes or by Ctrl-C', async () => {
    const { controller, alive } = await startController(directory, 'wait');
    expect(alive()).toHaveLength(3);
    process.kill(-Number(controller.pid), 'SIGINT');
    while (alive().length > 0) await clock.sleep(20);
    expect(alive()).toEqual([]);
  });

  test('ended by an exception that nobody caught', async () => {
    const { controller, alive } = await startController(directory, 'throw');
    if (controller.exitCode === null) await once(controller, 'exit');
    while (alive().length > 0) await clock.sleep(20);
    expect(alive()).toEqual([]);
    expect(controller.exitCode).not.toBe(0);
  });
});
