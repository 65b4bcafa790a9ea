import { expect, test } from 'vitest';
import type { Completion } from '../../harness/contracts/client.js';
import { SHORT_MS } from './bench.js';
import type { Bench } from './bench.js';

/** Nodes that are paused, killed, and killed in the middle of writes; they are up again after each test. */
export function describeFaults(bench: Bench): void {
  test('a paused node costs an operation its time and nothing more', async () => {
    const key = bench.freshKey();
    const index = await bench.follower();
    const node = bench.nodes[index];
    expect(await bench.run(index, 'write', key, 'before')).toMatchObject({ type: 'ok' });
    await node.suspension?.pause();
    const connected = await bench.run(index, 'write', key, 'during', SHORT_MS);
    expect(connected).toMatchObject({ type: 'info', error: { code: 'timeout' } });
    await bench.replaceClient(index);
    const fresh = await bench.run(index, 'write', key, 'fresh', SHORT_MS);
    expect(['timeout', 'connect-timeout']).toContain(fresh.error?.code);
    expect(await bench.run((index + 1) % 3, 'read', key)).toMatchObject({ value: 'before' });
    await node.suspension?.resume();
    await bench.replaceClient(index);
    await bench.untilServing();
    // The write may have waited in the node's socket, and take effect now or later: that is what info says.
    const { value } = await bench.run(index, 'read', key);
    expect(['before', 'during', 'fresh']).toContain(value);
  });

  test('a dead node refuses, certainly, and its client finds it again', async () => {
    const key = bench.freshKey();
    const index = await bench.follower();
    expect(await bench.run(index, 'write', key, 1)).toMatchObject({ type: 'ok' });
    await bench.nodes[index].process.kill();
    // The connection may have to find out first.
    await bench.run(index, 'read', key, undefined, SHORT_MS);
    const refused = await bench.run(index, 'write', key, 2, SHORT_MS);
    expect(refused.type).toBe('fail');
    expect(['refused', 'connect-timeout']).toContain(refused.error?.code);
    await bench.nodes[index].process.start();
    await bench.untilServing();
    expect(await bench.run(index, 'read', key)).toMatchObject({ type: 'ok', value: 1 });
  });

  test('without a quorum writes end, and what certainly failed never shows', async () => {
    const [survivor, ...dead] = await survivorFirst(bench);
    const attempts = new Map<string, Completion>();
    const writing = (async () => {
      // On from the last write that a quorum takes, through those in flight, to those that find none.
      for (let refused = 0; refused < 3;) {
        const key = bench.freshKey();
        const completion = await bench.run(survivor, 'write', key, 'tried', SHORT_MS);
        attempts.set(key, completion);
        if (completion.type !== 'ok') refused += 1;
      }
    })();
    for (const index of dead) await bench.nodes[index].process.kill();
    await writing;
    for (const index of dead) await bench.nodes[index].process.start();
    await bench.replaceClient(survivor);
    await bench.untilServing();
    for (const [key, { type }] of attempts) {
      const { value } = await bench.run(survivor, 'read', key);
      if (type === 'ok') expect(value).toBe('tried');
      if (type === 'fail') expect(value).toBeNull();
    }
  });
}

/** The node that stays, then those that are killed, the leader among them. */
async function survivorFirst(bench: Bench): Promise<number[]> {
  const survivor = await bench.follower();
  return [survivor, (survivor + 1) % 3, (survivor + 2) % 3];
}
