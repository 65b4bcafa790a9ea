import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRealClock } from '../../harness/environment/real.js';
import { runCommand } from '../../harness/machine/command.js';
import { describeWith } from '../../harness/testing/requirements.js';
import { clean, findLeftovers } from './clean.js';
import { doctor } from './doctor.js';
import { connectEngine, type Engine } from './engine/connection.js';
import { formatController, LABELS, thisController } from './engine/labels.js';
import { removeLabelled } from './engine/removal.js';
import { helperTag } from './images/recipes.js';

test('without an engine the doctor says so, and what to do', async () => {
  const [engine] = await doctor({ DOCKER_HOST: 'unix:///no/such/engine.sock' });
  expect(engine).toMatchObject({ what: 'Docker Engine', ok: false });
  expect(engine.fix).toContain('DOCKER_HOST');
});

describeWith('docker', 'what controllers have left', () => {
  const clock = createRealClock();
  const me = thisController();
  const prefix = `clean-test-${me.pid}`;
  let engine: Engine;

  /** A network, a volume and a running container, as a run with this controller would leave them. */
  const leave = async (run: string, controller: string, more = {}): Promise<void> => {
    const Labels = { [LABELS.run]: run, [LABELS.controller]: controller, ...more };
    await engine.docker.createVolume({ Name: `${run}-data`, Labels });
    await engine.docker.createNetwork({ Name: run, Labels });
    const container = await engine.docker.createContainer({
      name: run,
      Image: helperTag,
      Entrypoint: ['sleep', '600'],
      Labels,
      HostConfig: { NetworkMode: run, Binds: [`${run}-data:/data`] },
    });
    await container.start();
  };
  const stateOf = async (run: string): Promise<string | undefined> =>
    (await findLeftovers(engine)).find(({ runId }) => runId === run)?.state;

  beforeAll(async () => {
    engine = await connectEngine();
  });
  afterAll(async () => {
    for (const run of ['dead', 'alive', 'kept', 'far']) {
      await removeLabelled(engine, clock, [`${LABELS.run}=${prefix}-${run}`]);
    }
  });

  test('what a dead controller left goes; what is in use, kept or of another host stays', async () => {
    const { pid = 0 } = await runCommand(process.execPath, ['-e', '']);
    const dead = formatController({ ...me, pid });
    await leave(`${prefix}-dead`, dead);
    await leave(`${prefix}-kept`, dead, { [LABELS.keep]: 'true' });
    await leave(`${prefix}-alive`, formatController(me));
    await leave(`${prefix}-far`, formatController({ ...me, host: 'elsewhere' }));
    expect(await stateOf(`${prefix}-dead`)).toBe('stale');
    expect(await doctor()).toContainEqual(
      expect.objectContaining({ what: 'leftovers in Docker', ok: false, fix: 'npx schism clean' }),
    );

    const { removed, left } = await clean(engine, clock);
    expect(removed.find(({ runId }) => runId === `${prefix}-dead`)?.things).toEqual([
      `container ${prefix}-dead`,
      `network ${prefix}-dead`,
      `volume ${prefix}-dead-data`,
    ]);
    const states = left
      .filter(({ runId }) => runId.startsWith(prefix))
      .map(({ runId, state }) => [runId.slice(prefix.length + 1), state]);
    expect(Object.fromEntries(states)).toEqual({
      kept: 'kept',
      alive: 'in use',
      far: 'of another host',
    });
    expect(await stateOf(`${prefix}-dead`)).toBeUndefined();
  });

  test('a run that is named goes although it was kept, but never while it is in use', async () => {
    const kept = await clean(engine, clock, { run: `${prefix}-kept` });
    expect(kept.removed.map(({ things }) => things.length)).toEqual([3]);
    const { removed, left } = await clean(engine, clock, { run: `${prefix}-alive` });
    expect(removed).toEqual([]);
    expect(left).toMatchObject([{ state: 'in use' }]);
  });
});
