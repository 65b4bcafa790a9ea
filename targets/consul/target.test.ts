import { describe, expect, test } from 'vitest';
import type { ContainerSetup } from '../../harness/contracts/starts/container.js';
import { consulLeadership, isConsulReady, parseSelf } from './status.js';
import { consul, consulCommand } from './target.js';

const setup: ContainerSetup = {
  name: 'n1',
  index: 0,
  version: '1.8',
  dataDirectory: '/data',
  clientAddress: { host: '10.0.0.1', port: 8500 },
  peerAddress: { host: '10.0.0.1', port: 8300 },
  peers: [
    { name: 'n2', host: '10.0.0.2', port: 8300 },
    { name: 'n3', host: '10.0.0.3', port: 8300 },
  ],
  durability: 'default',
  settings: Object.fromEntries(Object.entries(consul.settings).map(([k, s]) => [k, s.default])),
  bugs: [],
  seed: 7,
};

describe("Consul's command line", () => {
  test('waits for all members, joins them by gossip, and serves clients where the side way comes in', () => {
    const { command } = consulCommand(setup);
    expect(command.slice(0, 3)).toEqual(['consul', 'agent', '-server']);
    expect(command).toEqual(
      expect.arrayContaining([
        '-bootstrap-expect=3',
        '-bind=10.0.0.1',
        '-client=0.0.0.0',
        '-retry-join=10.0.0.2:8301',
        '-retry-join=10.0.0.3:8301',
      ]),
    );
  });

  test('writes the file that it names', () => {
    const { command, files = {} } = consulCommand(setup);
    const [[path, text]] = Object.entries(files);
    expect(command).toContain(`-config-file=${path}`);
    expect(JSON.parse(text)).toMatchObject({
      ports: { http: 8500, server: 8300, serf_lan: 8301 },
      performance: { raft_multiplier: 1 },
    });
  });

  test('names the versions that there are when it gets another', () => {
    const sentence = 'unknown consul version "1.20"; there are 1.8';
    expect(() => consulCommand({ ...setup, version: '1.20' })).toThrow(sentence);
    expect(() => consul.starts.container?.image('1.20')).toThrow(sentence);
  });
});

describe("Consul's status", () => {
  const self = (state: string, leader: string): string =>
    JSON.stringify({
      Config: { Version: '1.8.7' },
      Stats: { raft: { state, term: '4', commit_index: '9' }, consul: { leader_addr: leader } },
    });

  test('a server that knows a leader is ready, and leads where its state says so', () => {
    const leader = parseSelf(self('Leader', '10.0.0.1:8300'));
    expect(leader).toMatchObject({ term: 4, commitIndex: 9, version: '1.8.7' });
    expect(isConsulReady(leader)).toBe(true);
    expect(consulLeadership(leader)).toEqual({ isLeader: true, term: 4 });
    const follower = parseSelf(self('Follower', '10.0.0.1:8300'));
    expect([isConsulReady(follower), consulLeadership(follower).isLeader]).toEqual([true, false]);
  });

  test('one without a leader, or in the middle of an election, is not', () => {
    expect(isConsulReady(parseSelf(self('Follower', '')))).toBe(false);
    expect(isConsulReady(parseSelf(self('Candidate', '10.0.0.1:8300')))).toBe(false);
    expect(isConsulReady(parseSelf('{}'))).toBe(false);
    expect(() => parseSelf('Permission denied')).toThrow(SyntaxError);
  });
});
