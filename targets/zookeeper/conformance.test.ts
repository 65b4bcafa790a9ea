import { describe, expect, test } from 'vitest';
import type { ClusterNode } from '../../harness/contracts/cluster.js';
import { createRealClock } from '../../harness/environment/real.js';
import { describeClientInDocker } from '../testing/docker-conformance.js';
import { startBudget } from '../../harness/network/budget.js';
import type { Budget } from '../../harness/network/budget.js';
import { askFourLetterWord } from './servers/four-letter.js';
import { ZOOKEEPER_FAMILIES } from './operations/znodes.js';
import * as requests from './protocol/requests.js';
import { getChildren } from './testing/children.js';
import { ZooKeeperSession } from './protocol/session.js';
import { zookeeper } from './target.js';

const clock = createRealClock();
const budget = (): Budget => startBudget(clock, 20_000);
const data = (text: string): Buffer => Buffer.from(text);

/** The protocol itself, where the workloads' operations do not reach. */
function describeSessions(nodes: () => readonly ClusterNode[]): void {
  const openSession = (node: number): ZooKeeperSession =>
    new ZooKeeperSession(nodes()[node].address, 4000, clock);

  describe('sessions', () => {
    test('every kind of node is made, listed, and removed', async () => {
      const session = openSession(0);
      const root = '/kinds';
      await session.request(requests.create(root, data('')), budget());
      const made = (mode: Parameters<typeof requests.create>[2], ttlMs?: bigint) =>
        session.request(requests.create(`${root}/n`, data('x'), mode, ttlMs), budget());
      const paths = [
        (await made('persistent-sequential')).value,
        (await made('ephemeral-sequential')).value,
        (await made('persistent-sequential-ttl', 60_000n)).value,
        (await made('container')).value,
      ];
      expect(paths).toEqual([
        expect.stringMatching(/^\/kinds\/n\d{10}$/),
        expect.stringMatching(/^\/kinds\/n\d{10}$/),
        expect.stringMatching(/^\/kinds\/n\d{10}$/),
        '/kinds/n',
      ]);
      expect(new Set(paths).size).toBe(4);
      const { value } = await session.request(getChildren(root), budget());
      expect(value.children.map((name) => `${root}/${name}`).sort()).toEqual([...paths].sort());
      const { value: stat } = await session.request(requests.exists(paths[1]), budget());
      expect(`0x${stat.ephemeralOwner.toString(16)}`).toBe(session.id);
      const full = session.request(requests.remove(root), budget());
      await expect(full).rejects.toMatchObject({ code: 'not-empty' });
      for (const path of [...paths, root]) await session.request(requests.remove(path), budget());
      await session.close();
    });

    test('a multi does all or nothing, and says which part stood in the way', async () => {
      const session = openSession(0);
      const both = [requests.create('/multi', data('1')), requests.setData('/multi', data('2'), 0)];
      const { value: done } = await session.request(requests.multi(both), budget());
      expect(done.map((part) => part.ok)).toEqual([true, true]);
      const stopped = [
        requests.setData('/multi', data('3')),
        requests.check('/multi', 7),
        requests.remove('/multi'),
      ];
      const { value: failed } = await session.request(requests.multi(stopped), budget());
      expect(failed).toEqual([
        { ok: false, error: 0 },
        { ok: false, error: -103 },
        { ok: false, error: -2 },
      ]);
      const { value } = await session.request(requests.getData('/multi'), budget());
      expect([value.data.toString(), value.stat.version]).toEqual(['2', 1]);
      await session.close();
    });

    test('a session that moves keeps its ephemeral nodes and its watches; one that ends loses them', async () => {
      const [owner, other] = [openSession(0), openSession(1)];
      await owner.request(requests.create('/owned', data('1'), 'ephemeral'), budget());
      const fired: string[] = [];
      const listener = (): void => void fired.push('/watched');
      const watch = { kind: 'exists', path: '/watched', listener } as const;
      const absent = owner.request(requests.exists('/watched', true), budget(), watch);
      await expect(absent).rejects.toMatchObject({ code: 'no-node' });

      owner.moveTo(nodes()[2].address);
      const { id } = owner;
      await owner.request(requests.getData('/owned'), budget());
      expect(owner.id).toBe(id);
      await other.request(requests.create('/watched', data('')), budget());
      await owner.request(requests.sync('/'), budget());
      await owner.request(requests.getData('/watched'), budget());
      expect(fired).toEqual(['/watched']);

      await owner.close();
      // The end of the session is a transaction; a sync does not wait for one that is still to come.
      for (;;) {
        await other.request(requests.sync('/'), budget());
        const seen = await other
          .request(requests.exists('/owned'), budget())
          .catch(() => undefined);
        if (!seen) break;
        await clock.sleep(20);
      }
      await other.close();
    });

    test('four-letter words are answered', async () => {
      const { address } = nodes()[0];
      expect(await askFourLetterWord(address, 'ruok', clock, 20_000)).toBe('imok');
      expect(await askFourLetterWord(address, 'mntr', clock, 20_000)).toContain('zk_server_state');
    });
  });
}

describeClientInDocker({
  target: zookeeper,
  version: '3.9',
  families: ZOOKEEPER_FAMILIES,
  describeMore: describeSessions,
});
