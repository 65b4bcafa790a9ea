import { describe, expect, it } from 'vitest';
import type { Effect, Input } from '../../../harness/contracts/program.js';
import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import type { JsonValue } from '../../../harness/json.js';
import { RaftLog } from '../state/log.js';
import type { Entry } from '../state/messages.js';
import { createRaftMonitor } from './monitor.js';
import type { RaftState } from '../state/node.js';
import { parseSettings } from '../state/settings.js';

const MEMBERS = ['n1', 'n2', 'n3'];

/** A node that does whatever it is told, be it right or wrong. */
class Puppet {
  readonly log = new RaftLog(MEMBERS);
  state = {
    settings: parseSettings({}),
    role: 'follower' as RaftState['role'],
    term: 0,
    hard: { term: 0, votedFor: null },
    applied: 0,
    members: MEMBERS,
    quorum: 2,
    log: this.log,
    machine: { revision: 0 },
  };

  constructor(
    readonly name: string,
    private readonly monitor: ReturnType<typeof createRaftMonitor>,
  ) {
    this.step({}, [], { kind: 'start', snapshot: null, records: [] });
  }

  step(
    change: Partial<RaftState>,
    effects: readonly Effect[] = [],
    input: Input = { kind: 'timer', name: 'tick' },
  ): void {
    Object.assign(this.state, change);
    const program = { step: () => [], status: () => ({}), state: this.state };
    this.monitor.observe({ node: this.name, time: 0, program, input, effects });
  }

  /** Writes entries of these terms behind `after`, in place of what is there, and syncs them. */
  write(after: number, terms: readonly number[], key = 'x'): void {
    if (after < this.log.lastIndex) this.log.truncate(after + 1);
    const entries = terms.map((term, i): Entry => {
      const command = { kind: 'write', op: 'put', key, value: 1 } as const;
      return { index: after + 1 + i, term, command };
    });
    for (const entry of entries) this.log.append(entry);
    this.step({}, [{ kind: 'append', records: entries }]);
  }

  send(to: string, message: JsonValue): void {
    this.step({}, [{ kind: 'send', to, message }]);
  }

  hear(from: string, message: JsonValue): void {
    this.step({}, [], { kind: 'message', from, message });
  }

  /** Writes term and vote, and waits for the disk. */
  persistVote(term: number, votedFor: string, token: number): void {
    const hard = { term, votedFor };
    const effects: Effect[] = [
      { kind: 'append', records: [hard] },
      { kind: 'sync', token },
    ];
    this.step({ term, hard }, effects);
    this.step({}, [], { kind: 'synced', token });
  }
}

function createPuppets(): Puppet[] {
  const monitor = createRaftMonitor();
  return MEMBERS.map((name) => new Puppet(name, monitor));
}

function expectBroken(invariant: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(BrokenInvariant);
    expect((error as BrokenInvariant).invariant).toBe(invariant);
    return;
  }
  expect.unreachable(`${invariant} holds`);
}

describe('the monitor of our Raft names', () => {
  it('two leaders of one term, and one that led it before its restart', () => {
    const [n1, n2] = createPuppets();
    n1.step({ role: 'leader', term: 1 });
    n1.step({ role: 'follower' });
    n1.step({ role: 'leader' });
    expectBroken('election safety', () => n2.step({ role: 'leader', term: 1 }));
    n1.step({ role: 'follower' }, [], { kind: 'start', snapshot: null, records: [] });
    expectBroken('election safety', () => n1.step({ role: 'leader' }));
  });

  it('a leader that replaces or drops its own entries', () => {
    const [n1] = createPuppets();
    n1.write(0, [1, 1]);
    n1.step({ role: 'leader', term: 2 });
    expectBroken('leader append-only', () => n1.write(1, [2]));
    n1.log.truncate(2);
    expectBroken('leader append-only', () => n1.step({}));
  });

  it.each([
    { what: 'other content', terms: [1, 2], key: 'y' },
    { what: 'another term before it', terms: [3, 2], key: 'x' },
  ])('an entry of equal index and term with $what', ({ terms, key }) => {
    const [n1, n2] = createPuppets();
    n1.write(0, [1, 2]);
    expectBroken('log matching', () => n2.write(0, terms, key));
  });

  it('the same in what a node finds on its disk', () => {
    const [n1, n2] = createPuppets();
    n1.write(0, [1]);
    n2.log.append({ index: 1, term: 1, command: { kind: 'noop' } });
    const start = { kind: 'start', snapshot: null, records: [] } as const;
    expectBroken('log matching', () => n2.step({}, [], start));
  });

  it('a leader that lacks what an earlier term has committed', () => {
    const [n1, n2, n3] = createPuppets();
    n1.write(0, [1]);
    n1.step({ term: 1, applied: 1 });
    n2.write(0, [1]);
    n2.step({ role: 'leader', term: 2 });
    // The election of term 1 may have been won before.
    n3.step({ role: 'leader', term: 1 });
    n3.step({ role: 'follower' });
    expectBroken('leader completeness', () => n3.step({ role: 'leader', term: 3 }));
  });

  it('different entries applied at one index, or one prefix with different effects', () => {
    const [n1, n2, n3] = createPuppets();
    n1.write(0, [1]);
    n1.step({ applied: 1 });
    n2.write(0, [2]);
    expectBroken('state machine safety', () => n2.step({ applied: 1 }));
    n3.write(0, [1]);
    const machine = { revision: 1 };
    expectBroken('state machine safety', () => n3.step({ applied: 1, machine }));
  });

  it('two votes in one term, over a restart', () => {
    const [n1] = createPuppets();
    const reply = { type: 'vote-reply', term: 4, granted: true };
    n1.persistVote(4, 'n2', 1);
    n1.send('n2', reply);
    n1.send('n2', reply);
    n1.step({}, [], { kind: 'start', snapshot: null, records: [] });
    n1.persistVote(4, 'n3', 1);
    expectBroken('one vote per term', () => n1.send('n3', reply));
  });

  it('a vote that is not durable yet', () => {
    const [n1] = createPuppets();
    const hard = { term: 4, votedFor: 'n2' };
    n1.step({ term: 4, hard }, [
      { kind: 'append', records: [hard] },
      { kind: 'sync', token: 1 },
    ]);
    const reply = { type: 'vote-reply', term: 4, granted: true };
    expectBroken('durable before answering', () => n1.send('n2', reply));
  });

  it('entries acknowledged before their sync, also those that took the place of durable ones', () => {
    const [n1] = createPuppets();
    const acknowledge = (match: number) => () =>
      n1.send('n2', { type: 'append-reply', term: 0, match });
    n1.write(0, [1, 1]);
    n1.step({}, [{ kind: 'sync', token: 1 }]);
    expectBroken('durable before answering', acknowledge(2));
    n1.write(2, [1]);
    n1.step({}, [], { kind: 'synced', token: 1 });
    acknowledge(2)();
    expectBroken('durable before answering', acknowledge(3));
    n1.write(1, [2]);
    acknowledge(1)();
    expectBroken('durable before answering', acknowledge(2));
  });

  it('a term opened without a majority of pre-votes, where they are on', () => {
    const [n1, n2] = createPuppets();
    const vote = { type: 'vote', term: 3, transfer: false };
    for (const node of [n1, n2]) node.persistVote(3, node.name, 1);
    n1.hear('n3', { type: 'pre-vote-reply', term: 3, granted: true });
    n1.hear('n2', { type: 'pre-vote-reply', term: 2, granted: true });
    n1.send('n2', vote);
    n2.send('n1', { ...vote, transfer: true });
    n2.hear('n3', { type: 'pre-vote-reply', term: 2, granted: true });
    n2.hear('n3', { type: 'pre-vote-reply', term: 3, granted: false });
    expectBroken('pre-vote majority', () => n2.send('n1', vote));
    n2.step({ settings: parseSettings({ prevote: 'off' }) });
    n2.send('n1', vote);
  });

  it('a read that shows less than was acknowledged before it was asked for', () => {
    const [n1, n2] = createPuppets();
    const ask = (id: number, read: string) =>
      n2.step({}, [], { kind: 'request', id, path: '/get', body: { key: 'x', read } });
    const show = (node: Puppet, id: number, revision: number) =>
      node.step({}, [{ kind: 'reply', id, status: 200, body: { value: 1, revision } }]);
    ask(1, 'linearizable');
    show(n1, 1, 5);
    ask(2, 'local');
    ask(3, 'lease');
    show(n2, 1, 4);
    show(n2, 2, 4);
    expectBroken('read freshness', () => show(n2, 3, 4));
  });
});
