import type { Cluster } from '../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../harness/contracts/nemesis.js';
import type { Membership, Target } from '../../harness/contracts/target.js';
import type { Clock } from '../../harness/environment/environment.js';
import { fakeTarget } from '../../harness/testing/fake-target.js';
import { FakeNetwork } from './fake-network.js';
import { FakeNode } from './fake-node.js';

interface FakeCluster extends Cluster {
  nodes: FakeNode[];
  network: FakeNetwork;
}

export interface FakeContext extends NemesisContext {
  cluster: FakeCluster;
}

/** A cluster of `count` nodes, n1 and so on, with what a nemesis is given. */
export function fakeContext(count: number, clock: Clock, leader?: string): FakeContext {
  const nodes = Array.from({ length: count }, (_, index) => new FakeNode(`n${index + 1}`, clock));
  const network = new FakeNetwork(nodes, clock);
  const members = new Set(nodes.map(({ name }) => name));
  const membership: Membership = {
    members: async () => [...members],
    change: async (_node, kind, { name }) => {
      await clock.sleep(1);
      if (kind === 'add') members.add(name);
      else members.delete(name);
    },
  };
  // Where the leader does not run another one leads.
  const leadership: Target['leadership'] = ({ name }) => {
    const running = nodes.filter(({ state }) => state === 'running');
    const leads = running.find((node) => node.name === leader) ?? running.at(0);
    return { isLeader: name === leads?.name, term: 1 };
  };
  return {
    cluster: { nodes, network, onCrash: () => {}, teardown: async () => {} },
    target: { ...fakeTarget, membership, leadership },
    clock,
    versions: { from: '1', to: '2' },
    leader: () => Promise.resolve(leader),
  };
}
