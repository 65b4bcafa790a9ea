import { describe, expect, it } from 'vitest';
import type { Effect, Program } from '../../../harness/contracts/program.js';
import { createRandom } from '../../../harness/environment/random.js';
import { createRaftProgram } from '../program.js';

/** n1, with two entries of term 1 in its log, elected for term 2 by n2; its disk is done with all of it. */
function createLeader(): Program {
  const members = ['n1', 'n2', 'n3'];
  const common = { random: createRandom(1), settings: {}, bugs: new Set<string>() };
  const program = createRaftProgram({ name: 'n1', members, ...common });
  const now = { monotonicMs: 5000, wallMs: 5000 };
  const command = { kind: 'noop' };
  const records = [1, 2].map((index) => ({ index, term: 1, command }));
  const stored = [{ term: 1, votedFor: null }, ...records];
  program.step({ kind: 'start', snapshot: null, records: stored }, { monotonicMs: 0, wallMs: 0 });
  program.step({ kind: 'timer', name: 'election' }, now);
  const preVote = { type: 'pre-vote-reply', term: 2, granted: true };
  sync(program, program.step({ kind: 'message', from: 'n2', message: preVote }, now));
  const vote = { type: 'vote-reply', term: 2, granted: true };
  sync(program, program.step({ kind: 'message', from: 'n2', message: vote }, now));
  return program;
}

function sync(program: Program, effects: readonly Effect[]): void {
  const now = { monotonicMs: 5000, wallMs: 5000 };
  for (const effect of effects) {
    if (effect.kind === 'sync') program.step({ kind: 'synced', token: effect.token }, now);
  }
}

function acknowledge(program: Program, match: number): void {
  const message = { type: 'append-reply', term: 2, match };
  const now = { monotonicMs: 5001, wallMs: 5001 };
  program.step({ kind: 'message', from: 'n2', message }, now);
}

describe('a leader', () => {
  it('commits what earlier terms left only with an entry of its own (figure 8)', () => {
    const program = createLeader();
    expect(program.status()).toMatchObject({ role: 'leader', term: 2, lastIndex: 3, commit: 0 });
    // A majority holds all of term 1, as where a long log travels in several messages.
    acknowledge(program, 2);
    expect(program.status()).toMatchObject({ role: 'leader', commit: 0 });
    acknowledge(program, 3);
    expect(program.status()).toMatchObject({ role: 'leader', commit: 3 });
  });
});
