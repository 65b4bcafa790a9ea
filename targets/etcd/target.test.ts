import { describe, expect, test } from 'vitest';
import type { ContainerSetup } from '../../harness/contracts/starts/container.js';
import { etcdLeadership, isEtcdReady } from './status.js';
import { etcd, etcdCommand } from './target.js';

const setup: ContainerSetup = {
  name: 'n1',
  index: 0,
  version: '3.5',
  dataDirectory: '/data',
  clientAddress: { host: '10.0.0.1', port: 2379 },
  peerAddress: { host: '10.0.0.1', port: 2380 },
  peers: [
    { name: 'n2', host: '10.0.0.2', port: 2380 },
    { name: 'n3', host: '10.0.0.3', port: 2380 },
  ],
  durability: 'default',
  settings: Object.fromEntries(Object.entries(etcd.settings).map(([k, s]) => [k, s.default])),
  bugs: [],
  seed: 7,
};

describe("etcd's command line", () => {
  test('names every member with its peer address, and listens where the side way comes in', () => {
    const { command } = etcdCommand(setup);
    expect(command[0]).toBe('etcd');
    expect(command).toContain(
      '--initial-cluster=n1=http://10.0.0.1:2380,n2=http://10.0.0.2:2380,n3=http://10.0.0.3:2380',
    );
    expect(command).toContain('--listen-client-urls=http://0.0.0.0:2379');
    expect(command).toContain('--enable-v2=false');
    expect(command.join(' ')).not.toContain('fsync');
  });

  test('serves version 2 only where it is asked for', () => {
    const settings = { ...setup.settings, api: 'v2' };
    expect(etcdCommand({ ...setup, settings }).command).toContain('--enable-v2=true');
  });

  test('leaves out fsync where the version can, and says which can where it cannot', () => {
    const unsafe = { ...setup, durability: 'unsafe-no-fsync' };
    expect(etcdCommand(unsafe).command).toContain('--unsafe-no-fsync=true');
    expect(() => etcdCommand({ ...unsafe, version: '3.4' })).toThrow(
      'etcd 3.4 has no --unsafe-no-fsync; etcd 3.5 has',
    );
  });

  test('names the versions that there are when it gets another', () => {
    const sentence = 'unknown etcd version "3.2"; there are 3.5, 3.5.30, 3.4, 3.3';
    expect(() => etcdCommand({ ...setup, version: '3.2' })).toThrow(sentence);
    expect(() => etcd.starts.container?.image('3.2')).toThrow(sentence);
    expect(() => etcd.starts.container?.image('constructor')).toThrow('unknown etcd version');
  });
});

describe("etcd's status", () => {
  const status = { member: '5', leader: '9', term: 4 };

  test('a member that knows a leader is ready; one that does not is not', () => {
    expect(isEtcdReady(status)).toBe(true);
    expect(isEtcdReady({ ...status, leader: '0' })).toBe(false);
    expect(isEtcdReady({})).toBe(false);
  });

  test('it leads where the leader is itself', () => {
    expect(etcdLeadership(status)).toEqual({ isLeader: false, term: 4 });
    expect(etcdLeadership({ ...status, leader: '5' })).toEqual({ isLeader: true, term: 4 });
    expect(etcdLeadership({ member: '0', leader: '0', term: 1 }).isLeader).toBe(false);
  });
});
