import { expect, test } from 'vitest';
import type { Capability, ClusterNode, Network } from '../../../harness/contracts/cluster.js';
import type { ContainerPlan } from '../../../harness/contracts/starts/container.js';
import { createVirtualClock } from '../../../harness/environment/virtual.js';
import { withoutFacet } from '../../conformance/facets.js';
import type { NodeClock } from '../clock/node-clock.js';
import type { NodeDisk } from '../disks/node-disk.js';
import type { Helper } from '../network/helper.js';
import type { NodeContainer } from './node-container.js';
import { DockerNode, type DockerNodeParts } from './node.js';

const OF_NODES: readonly Capability[] = [
  'kill',
  'pause',
  'upgrade',
  'memory',
  'clock',
  'power',
  'disk-full',
  'disk-damage',
];

const plan: ContainerPlan = {
  image: () => ({ built: 'mine' }),
  clientPort: 1,
  peerPort: 2,
  dataDirectory: '/data',
  command: () => ({ command: ['mine'] }),
};

/** What of a node's capabilities has no facet on one that is made of this. */
function lacking(more: Partial<DockerNodeParts>): { node: ClusterNode; lacks: Capability[] } {
  const address = { host: '127.0.0.1', port: 1 };
  const node = new DockerNode({
    name: 'n1',
    directory: 'nodes/n1',
    container: {} as NodeContainer,
    helper: {} as Helper,
    address,
    peerAddress: address,
    sideAddress: address,
    behindProxy: false,
    hasLimits: false,
    clock: createVirtualClock(),
    onCrash: () => {},
    plan,
    ...more,
  });
  return { node, lacks: withoutFacet({ nodes: [node], network: {} as Network }, OF_NODES) };
}

test('a node has a facet for what it is made of, and no other', () => {
  const clock = { nodeClock: {} as NodeClock };
  const disk = { disk: {} as NodeDisk };
  const ofDisks = ['power', 'disk-full', 'disk-damage'];
  expect(lacking({}).lacks).toEqual(['memory', 'clock', ...ofDisks]);
  expect(lacking({ hasLimits: true, ...clock }).lacks).toEqual(ofDisks);
  expect(lacking(disk).lacks).toEqual(['memory', 'clock', 'disk-damage']);
  const withLog = { ...plan, logFiles: 'log/*' };
  expect(lacking({ hasLimits: true, ...clock, ...disk, plan: withLog }).lacks).toEqual([]);
});

test('a node speaks our own nodes’ HTTP where its target has no other way to be asked', () => {
  expect(lacking({}).node.connect).toBeDefined();
  const status = () => Promise.resolve(undefined);
  expect(lacking({ plan: { ...plan, status } }).node.connect).toBeUndefined();
});
