import { describe, expect, it } from 'vitest';
import type { Effect } from '../../harness/contracts/program.js';
import { createRandom } from '../../harness/environment/random.js';
import type { JsonObject } from '../../harness/json.js';
import type { Answer } from './state/messages.js';
import { createRaftProgram } from './program.js';
import { parseSettings } from './state/settings.js';
import { ask } from '../replication/testing/asking.js';
import { createCluster, RAFT_SYSTEM } from './testing/cluster.js';
import { TestNetwork } from '../replication/testing/network.js';

function createProgram(name = 'n1', members = ['n1', 'n2', 'n3']) {
  return createRaftProgram({
    name,
    members,
    random: createRandom(1),
    settings: {},
    bugs: new Set(),
  });
}

const at = (ms: number) => ({ monotonicMs: ms, wallMs: ms });

describe('the order of effects', () => {
  it('is: write, ask for it to be durable, send; and a vote waits until it is durable', () => {
    const program = createProgram();
    program.step({ kind: 'start', snapshot: null, records: [] }, at(0));
    const message = { type: 'vote', term: 1, lastIndex: 0, lastTerm: 0, transfer: false };
    const effects = program.step({ kind: 'message', from: 'n2', message }, at(5000));
    const kinds = effects
      .map(({ kind }) => kind)
      .filter((kind) => kind !== 'timer' && kind !== 'log');
    expect(kinds).toEqual(['append', 'sync']);
    const { token } = effects.find(({ kind }) => kind === 'sync') as Effect & { kind: 'sync' };
    const answer = program.step({ kind: 'synced', token }, at(5001));
    expect(answer).toContainEqual({
      kind: 'send',
      to: 'n2',
      message: { type: 'vote-reply', term: 1, granted: true },
    });
  });

  it('makes entries durable before a follower acknowledges them', () => {
    const program = createProgram();
    program.step({ kind: 'start', snapshot: null, records: [] }, at(0));
    const entries = [{ index: 1, term: 1, command: { kind: 'noop' } }];
    const message = { type: 'append', term: 1, prevIndex: 0, prevTerm: 0, entries, commit: 1 };
    const effects = program.step({ kind: 'message', from: 'n2', message }, at(1));
    expect(effects.map(({ kind }) => kind)).not.toContain('send');
    const { token } = effects.find(({ kind }) => kind === 'sync') as Effect & { kind: 'sync' };
    const reply = { type: 'append-reply', term: 1, match: 1 };
    const sent = program.step({ kind: 'synced', token }, at(2));
    expect(sent).toContainEqual({ kind: 'send', to: 'n2', message: reply });
  });

  it('lets a leader send entries before its own disk has them, but not count them', () => {
    const program = createProgram('n1', ['n1']);
    program.step({ kind: 'start', snapshot: null, records: [] }, at(0));
    const campaign = program.step({ kind: 'timer', name: 'election' }, at(5000));
    expect(campaign.map(({ kind }) => kind)).toContain('sync');
    program.step({ kind: 'synced', token: 1 }, at(5001));
    expect(program.status()).toMatchObject({ role: 'leader', commit: 0, lastIndex: 1 });
    program.step({ kind: 'synced', token: 2 }, at(5002));
    expect(program.status()).toMatchObject({ role: 'leader', commit: 1, applied: 1 });
  });
});

describe('recovery', () => {
  it('takes any prefix of what was written', () => {
    const network = createCluster();
    for (let i = 0; i < 5; i++) ask(network, 'n1', '/put', { key: 'a', value: i });
    const { records } = network.node('n1').disk.read();
    expect(records.length).toBeGreaterThan(5);
    for (let length = 0; length <= records.length; length++) {
      const program = createProgram();
      const kept = records.slice(0, length);
      program.step({ kind: 'start', snapshot: null, records: kept }, at(0));
      const entries = kept.filter((record) => Object.hasOwn(record as JsonObject, 'index'));
      expect(program.status()).toMatchObject({ role: 'follower', lastIndex: entries.length });
    }
  });

  it('lets a record replace an earlier one of its index and all behind it', () => {
    const command = { kind: 'noop' };
    const records = [
      { index: 1, term: 1, command },
      { index: 2, term: 1, command },
      { index: 3, term: 1, command },
      { term: 2, votedFor: null },
      { index: 2, term: 2, command },
    ];
    const program = createProgram();
    program.step({ kind: 'start', snapshot: null, records }, at(0));
    expect(program.status()).toMatchObject({ term: 2, lastIndex: 2 });
  });

  it('halts at a gap, and does nothing after it', () => {
    const records = [{ index: 2, term: 1, command: { kind: 'noop' } }];
    const program = createProgram();
    const effects = program.step({ kind: 'start', snapshot: null, records }, at(0));
    expect(effects).toMatchObject([{ kind: 'halt' }]);
    expect(program.step({ kind: 'timer', name: 'election' }, at(5000))).toEqual([]);
  });
});

describe('requests', () => {
  it('are served by every member', () => {
    const network = createCluster();
    for (const name of ['n1', 'n2', 'n3']) {
      expect(ask(network, name, '/put', { key: name, value: [name] }).status).toBe(200);
      expect(ask(network, name, '/get', { key: name }).body).toMatchObject({ value: [name] });
    }
  });

  it.each([
    ['/put', { key: 'a' }, 400],
    ['/put', { key: 1, value: 1 }, 400],
    ['/put', { key: 'a', value: null }, 400],
    ['/put', { key: 'a', value: 1, session: 1 }, 400],
    ['/cas', { key: 'a', value: 1 }, 400],
    ['/cas-version', { key: 'a', value: 1, version: -1 }, 400],
    ['/get', { key: 'a', read: 'fast' }, 400],
    ['/get', null, 400],
    ['/constructor', {}, 404],
    ['/members/remove', { name: 'n9' }, 404],
    ['/members/add', { name: 'n1' }, 409],
    ['/transfer', { to: 'n9' }, 404],
  ])('%s %j gets %i and certainly has no effect', (path, body, status) => {
    const answer = ask(createCluster(), 'n2', path, body);
    expect(answer).toMatchObject({ status, body: { certain: true } });
  });

  it('are refused without a leader, except local reads', () => {
    const network = new TestNetwork({
      system: RAFT_SYSTEM,
      members: ['n1', 'n2', 'n3'],
      random: createRandom(1),
    });
    network.restart('n1');
    const refusal = { status: 503, body: { error: 'no-leader', certain: true } };
    expect(ask(network, 'n1', '/put', { key: 'a', value: 1 })).toEqual(refusal);
    expect(ask(network, 'n1', '/get', { key: 'a' })).toEqual(refusal);
    expect(ask(network, 'n1', '/get', { key: 'a', read: 'local' }).status).toBe(200);
  });

  it('end uncertain where a forwarded one is lost, and are never sent twice', () => {
    const network = createCluster();
    const [leader] = network.leaders();
    const follower = leader === 'n1' ? 'n2' : 'n1';
    network.drop = (_from, _to, message) => message.type === 'forward';
    const answer = ask(network, follower, '/put', { key: 'a', value: 1 });
    expect(answer).toEqual({ status: 504, body: { error: 'timeout', certain: false } });
    network.drop = () => false;
    expect(ask(network, follower, '/get', { key: 'a' }).body.version).toBe(0);
  });

  it('take effect once where a forwarded one arrives twice', () => {
    const network = createCluster(3, { duplication: 1 });
    for (const name of ['n1', 'n2', 'n3']) ask(network, name, '/put', { key: 'a', value: name });
    expect(ask(network, 'n1', '/get', { key: 'a' }).body.version).toBe(3);
  });
});

describe('membership', () => {
  it('changes by one server at a time', () => {
    const network = createCluster();
    const [leader] = network.leaders();
    network.addNode('n4', ['n1', 'n2', 'n3', 'n4']);
    const answers: Answer[] = [];
    network.request(leader, '/members/add', { name: 'n4' }, (answer) => answers.push(answer));
    network.request(leader, '/members/remove', { name: leader }, (answer) => answers.push(answer));
    network.run(20_000, () => answers.length === 2);
    // The second is refused at once; the first never catches up, since the server is not there.
    expect(answers.map(({ body }) => body.error)).toEqual(['change-in-progress', 'not-caught-up']);
    network.restart('n4');
    const added = ask(network, leader, '/members/add', { name: 'n4' });
    expect(added.body.members).toEqual(['n1', 'n2', 'n3', 'n4']);
  });
});

describe('settings', () => {
  it('are refused where they make no sense', () => {
    expect(() => parseSettings({ reads: 'fast' })).toThrow('reads must be one of');
    expect(() => parseSettings({ heartbeatMs: '0' })).toThrow('heartbeatMs');
    expect(parseSettings({ prevote: 'off', heartbeatMs: '17' })).toMatchObject({
      preVote: false,
      checkQuorum: true,
      heartbeatMs: 17,
    });
  });
});
