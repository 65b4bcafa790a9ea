import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../harness/json.js';
import { ask, awaitLeader } from '../../replication/testing/asking.js';
import { createCluster } from '../testing/cluster.js';

describe('a forwarded request', () => {
  it('is not taken for one of the incarnation before, which numbered its own alike', () => {
    const network = createCluster();
    const [leader] = network.leaders();
    const follower = leader === 'n1' ? 'n2' : 'n1';
    for (const value of [1, 2, 3]) {
      const answer = ask(network, follower, '/put', { key: 'a', value });
      expect(answer).toMatchObject({ status: 200, body: { version: value } });
      network.crash(follower, 'kill');
      network.restart(follower);
      network.run(200);
      expect(network.leaders()).toEqual([leader]);
    }
  });

  it('gets no answer from a leader that has restarted: it may have taken it before', () => {
    const network = createCluster();
    const [leader] = network.leaders();
    const follower = leader === 'n1' ? 'n2' : 'n1';
    const forwards: JsonObject[] = [];
    network.drop = (_from, _to, message) => {
      if (message.type === 'forward') forwards.push(message);
      return false;
    };
    ask(network, follower, '/put', { key: 'a', value: 1 });
    network.crash(leader, 'kill');
    network.restart(leader);
    const replies: string[] = [];
    network.drop = (from, _to, message) => {
      if (message.type === 'forward-replies') replies.push(from);
      return false;
    };
    const copy = { kind: 'message', from: follower, message: forwards[0] } as const;
    network.deliver(network.node(leader), 0, copy);
    network.run(100);
    expect(replies).toEqual([]);
    // One from now on is answered, by whoever leads.
    const asked = awaitLeader(network) === follower ? 'n3' : follower;
    expect(ask(network, asked, '/put', { key: 'a', value: 2 }).body.version).toBe(2);
    expect(forwards).toHaveLength(1);
  });
});
