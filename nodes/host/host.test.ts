import { describe, expect, it } from 'vitest';
import type { Effect, Input, Program } from '../../harness/contracts/program.js';
import { createRandom } from '../../harness/environment/random.js';
import type { JsonValue } from '../../harness/json.js';
import { EchoProgram } from './testing/echo.js';
import { Host } from './host.js';
import { PowerCutDisk } from './testing/power-cut-disk.js';
import { VirtualClock } from './testing/virtual-clock.js';

/** A host with everything virtual, and a record of what came out of it. */
function start(
  program: Program,
  { disk = new PowerCutDisk(createRandom(1)), durability = 'batch' } = {},
) {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const host = new Host({
    program,
    clock,
    files: disk,
    durability,
    transport: { send: (to, message) => seen.push(`send ${to} ${JSON.stringify(message)}`) },
    log: (line) => seen.push(`log ${line}`),
    onHalt: (kind, reason) => seen.push(`halt ${kind}: ${reason.split('\n')[0]}`),
  });
  const settle = (): void => {
    while (disk.finishSync());
  };
  host.start(() => seen.push('ready'));
  settle();
  const ask = (path: string, body: JsonValue = null): (() => void) =>
    host.request(path, body, (status, answer) => {
      seen.push(`${path} ${status} ${JSON.stringify(answer)}`);
    });
  return { host, clock, seen, disk, settle, ask };
}

/** Answers every input with the effects that a test wants, and remembers the inputs. */
class Scripted implements Program {
  readonly inputs: Input[] = [];

  constructor(private readonly react: (input: Input) => Effect[]) {}

  step(input: Input): Effect[] {
    this.inputs.push(input);
    return this.react(input);
  }

  status() {
    return {};
  }
}

describe('a host', () => {
  it('starts the program on what the disk holds', () => {
    const first = start(new EchoProgram());
    first.ask('/append', { value: 1 });
    first.settle();
    first.ask('/checkpoint');
    first.ask('/append', { value: 2 });
    first.settle();
    const second = start(new EchoProgram(), { disk: first.disk.afterPowerCut() });
    expect(second.seen).toEqual([
      'log recovered 1 records, a snapshot',
      'log start with 2',
      'ready',
    ]);
    second.ask('/list');
    expect(second.seen.at(-1)).toBe('/list 200 [1,2]');
  });

  it('answers a request that waits for the disk after the fsync, not before', () => {
    const { seen, disk, ask } = start(new EchoProgram());
    ask('/append', { value: 1 });
    expect(seen.at(-1)).toBe('ready');
    disk.finishSync();
    expect(seen.at(-1)).toBe('/append 200 [1]');
  });

  it('carries effects out in their order, and one input after the other', () => {
    const program = new Scripted((input) =>
      input.kind === 'request'
        ? [
            { kind: 'append', records: [1] },
            { kind: 'sync', token: 1 },
            { kind: 'send', to: 'n2', message: 'not held back by the sync' },
            { kind: 'reply', id: input.id, status: 200, body: 'done' },
          ]
        : [{ kind: 'log', line: input.kind }],
    );
    // Answered at once: the `synced` still comes only after the effects before it.
    const { seen, ask } = start(program, { durability: 'never' });
    ask('/x');
    expect(seen.slice(-3)).toEqual([
      'send n2 "not held back by the sync"',
      '/x 200 "done"',
      'log synced',
    ]);
  });

  it('keeps one timer for each name', () => {
    const program = new Scripted((input) => {
      if (input.kind !== 'message') return [];
      const delayMs = input.message as number | null;
      return [{ kind: 'timer', name: input.from, delayMs }];
    });
    const { host, clock } = start(program);
    const fired = (): string[] =>
      program.inputs.flatMap((input) => (input.kind === 'timer' ? [input.name] : []));
    host.receive('a', 10);
    host.receive('b', 15);
    host.receive('c', 5);
    host.receive('a', 20);
    host.receive('c', null);
    clock.advance(15);
    expect(fired()).toEqual(['b']);
    clock.advance(100);
    expect(fired()).toEqual(['b', 'a']);
  });

  it('forgets a request whose client has gone', () => {
    const { host, seen, ask, settle } = start(new EchoProgram());
    const leave = ask('/append', { value: 1 });
    expect(host.status()).toMatchObject({ host: { pending: 1 } });
    leave();
    settle();
    expect(host.status()).toMatchObject({ length: 1, host: { pending: 0 } });
    expect(seen.at(-1)).toBe('ready');
  });

  it.each([
    ['/halt', 'halt program: told to'],
    ['/throw', 'halt bug: the program threw on request: Error: told to throw'],
  ])('stops on %s, and does nothing after it', (path, line) => {
    const { host, seen, ask } = start(new EchoProgram());
    ask(path);
    expect(seen.at(-1)).toBe(line);
    ask('/list');
    host.receive('n2', 'late');
    expect(seen.at(-1)).toBe(line);
  });

  it('stops where the disk fails, and answers nothing that was not synced', () => {
    const { seen, disk, ask, settle } = start(new EchoProgram());
    disk.sync = (_name, done) => {
      done(new Error('EIO: i/o error, fsync'));
    };
    ask('/append', { value: 1 });
    settle();
    expect(seen.at(-1)).toBe('halt disk: disk failed: EIO: i/o error, fsync');
  });

  it('does not start on a damaged log', () => {
    const first = start(new EchoProgram());
    for (const value of [1, 2, 3]) {
      first.ask('/append', { value });
      first.settle();
    }
    const disk = first.disk.afterPowerCut();
    disk.flip(disk.list()[0], 60);
    const { seen } = start(new EchoProgram(), { disk });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(/^halt corrupt-log: corrupt log: wal-.*, offset \d+: expected /);
  });
});
