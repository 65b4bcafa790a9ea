import { describe, expect, test } from 'vitest';
import type { ContainerSetup } from '../../harness/contracts/starts/container.js';
import { zooConfiguration, zooKeeperCommand } from './servers/config.js';
import { parseServerFacts } from './servers/four-letter.js';
import { isZooKeeperReady, zooKeeperLeadership } from './servers/status.js';
import { zookeeper } from './target.js';

const setup: ContainerSetup = {
  name: 'n2',
  index: 1,
  version: '3.9',
  dataDirectory: '/data',
  clientAddress: { host: '10.0.0.2', port: 2181 },
  peerAddress: { host: '10.0.0.2', port: 2888 },
  peers: [
    { name: 'n1', host: '10.0.0.1', port: 2888 },
    { name: 'n3', host: '10.0.0.3', port: 2888 },
  ],
  durability: 'default',
  settings: Object.fromEntries(Object.entries(zookeeper.settings).map(([k, s]) => [k, s.default])),
  bugs: [],
  seed: 7,
};

/** As ZooKeeper 3.8.0 sent them. */
const LEADER = `Zookeeper version: 3.8.0-5a02a05eddb59aee6ac762f7ea82e92a68eb9c0f, built on 2022-02-25
Latency min/avg/max: 0/0.0/0
Received: 1
Zxid: 0x200000003
Mode: leader
Node count: 5
`;
const NOT_SERVING = 'This ZooKeeper instance is not currently serving requests\n';

describe("ZooKeeper's configuration", () => {
  test('numbers the servers in the order of the nodes, itself among them', () => {
    const lines = zooConfiguration(setup).split('\n');
    expect(lines.filter((line) => line.startsWith('server.'))).toEqual([
      'server.1=10.0.0.1:2888:3888',
      'server.2=10.0.0.2:2888:3888',
      'server.3=10.0.0.3:2888:3888',
    ]);
    expect(zooKeeperCommand(setup).files?.['/data/zookeeper/myid']).toBe('2\n');
  });

  test('fsyncs unless it is told not to', () => {
    expect(zooConfiguration(setup)).toContain('forceSync=yes\n');
    const unsafe = { ...setup, durability: 'forceSync=no' };
    expect(zooConfiguration(unsafe)).toContain('forceSync=no\n');
    expect(Object.keys(zookeeper.durabilityModes)).toContain(unsafe.durability);
  });

  test('starts the server with the file that it wrote', () => {
    const { command, files } = zooKeeperCommand(setup);
    expect(Object.keys(files ?? {})).toContain(command[2]);
  });

  test('names the versions that there are when it gets another', () => {
    const sentence = 'unknown zookeeper version "3.5"; there are 3.9, 3.9.6, 3.8, 3.4';
    expect(() => zookeeper.starts.container?.image('3.5')).toThrow(sentence);
    expect(() => zookeeper.starts.container?.command({ ...setup, version: '3.5' })).toThrow(
      sentence,
    );
  });
});

describe('four-letter words', () => {
  test('a leader says its mode, its version and its epoch', () => {
    const facts = parseServerFacts(LEADER);
    expect(facts).toEqual({ mode: 'leader', version: '3.8.0', zxid: '0x200000003', epoch: 2 });
    expect(isZooKeeperReady(facts)).toBe(true);
    expect(zooKeeperLeadership(facts)).toEqual({ isLeader: true, term: 2 });
  });

  test('a server without a quorum is there, but not ready and no leader', () => {
    const facts = parseServerFacts(NOT_SERVING);
    expect(isZooKeeperReady(facts)).toBe(false);
    expect(zooKeeperLeadership(facts)).toEqual({ isLeader: false, term: 0 });
  });

  test('text that only looks like an answer is not believed', () => {
    expect(parseServerFacts('Zxid: 12; rm\nMode: king')).not.toHaveProperty('zxid');
    expect(isZooKeeperReady(parseServerFacts('Mode: king'))).toBe(false);
  });
});
