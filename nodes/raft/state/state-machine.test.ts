import { describe, expect, it } from 'vitest';
import type { Command, Write } from './messages.js';
import { SESSION_LIMIT } from './sessions.js';
import { StateMachine } from './state-machine.js';

/** A machine and what it answers to commands, one log entry each. */
function createMachine() {
  const machine = new StateMachine();
  let index = 0;
  const apply = (command: Command) => machine.apply({ index: ++index, term: 1, command });
  const write = (given: Write) => apply({ kind: 'write', ...given });
  return { machine, apply, write };
}

describe('the key-value store', () => {
  it('counts versions by key and revisions over all, and begins anew after a delete', () => {
    const { machine, write } = createMachine();
    write({ op: 'put', key: 'a', value: 1 });
    write({ op: 'put', key: 'b', value: 1 });
    expect(write({ op: 'put', key: 'a', value: 2 }).body).toEqual({
      value: 2,
      version: 2,
      revision: 3,
    });
    expect(write({ op: 'delete', key: 'a' }).body).toMatchObject({ deleted: true, revision: 4 });
    expect(write({ op: 'delete', key: 'a' }).body).toMatchObject({ deleted: false, revision: 4 });
    expect(machine.read('a')).toEqual({ value: null, version: 0, revision: 4 });
    expect(write({ op: 'put', key: 'a', value: 3 }).body.version).toBe(1);
  });

  it('compares by value, null standing for an absent key', () => {
    const { machine, write } = createMachine();
    expect(write({ op: 'cas', key: 'a', expected: null, value: { x: [1] } }).status).toBe(200);
    expect(write({ op: 'cas', key: 'a', expected: null, value: 2 })).toEqual({
      status: 409,
      body: { error: 'mismatch', certain: true, actual: { x: [1] }, version: 1 },
    });
    expect(write({ op: 'cas', key: 'a', expected: { x: [1] }, value: 2 }).status).toBe(200);
    expect(machine.read('a').value).toBe(2);
  });

  it('compares by version, 0 standing for an absent key', () => {
    const { write } = createMachine();
    expect(write({ op: 'cas-version', key: 'a', version: 1, value: 1 }).status).toBe(409);
    expect(write({ op: 'cas-version', key: 'a', version: 0, value: 1 }).status).toBe(200);
    expect(write({ op: 'cas-version', key: 'a', version: 1, value: 2 }).body.version).toBe(2);
  });
});

describe('sessions', () => {
  const put = (session: number, sequence: number, value: number): Command => ({
    kind: 'write',
    op: 'put',
    key: 'a',
    value,
    session,
    sequence,
  });

  it('answer a command that comes again as they did first, without a second effect', () => {
    const { machine, apply } = createMachine();
    const session = apply({ kind: 'session' }).body.session as number;
    const first = apply(put(session, 1, 1));
    expect(apply(put(session, 1, 1))).toEqual(first);
    apply(put(session, 2, 2));
    expect(apply(put(session, 1, 1))).toEqual({
      status: 409,
      body: { error: 'stale-sequence', certain: false },
    });
    expect(machine.read('a')).toMatchObject({ value: 2, version: 2 });
  });

  it('are forgotten by the order of use in the log', () => {
    const { apply } = createMachine();
    const used = apply({ kind: 'session' }).body.session as number;
    const unused = apply({ kind: 'session' }).body.session as number;
    for (let i = 0; i < SESSION_LIMIT - 2; i++) apply({ kind: 'session' });
    apply(put(used, 1, 1));
    apply({ kind: 'session' });
    expect(apply(put(used, 2, 2)).status).toBe(200);
    expect(apply(put(unused, 1, 3)).body).toEqual({ error: 'session-expired', certain: false });
  });

  it('are kept with the store in a snapshot, which later changes do not touch', () => {
    const { machine, apply } = createMachine();
    const session = apply({ kind: 'session' }).body.session as number;
    const first = apply(put(session, 1, 1));
    const saved = machine.save();
    const text = JSON.stringify(saved);
    apply(put(session, 2, 2));
    expect(JSON.stringify(saved)).toBe(text);
    const other = new StateMachine();
    other.restore(JSON.parse(text));
    expect(other.read('a').value).toBe(1);
    expect(other.apply({ index: 9, term: 1, command: put(session, 1, 1) })).toEqual(first);
    expect(other.read('a').version).toBe(1);
  });
});
