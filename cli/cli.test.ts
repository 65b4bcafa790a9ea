import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createProgram } from './program.js';
import { runProgram } from './run-program.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schism-cli-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command line as a user would, and keeps what it printed. */
async function schism(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const [out, error]: string[][] = [[], []];
  const output = {
    out: (text: string) => void out.push(text),
    error: (text: string) => void error.push(text),
    color: false,
  };
  const code = await runProgram(createProgram(output), args, output);
  return { code, out: out.join('\n'), error: error.join('\n') };
}

function history(...events: object[]): string {
  const path = join(folder, 'history.jsonl');
  const lines = events.map((event, index) =>
    JSON.stringify({ index, time: index * 1000, process: 0, ...event }),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

describe('wrong usage', () => {
  it.each([
    [['test', 'rafft'], /unknown target "rafft"; nearest: raft/],
    [['test', 'raft@9'], /unknown version of raft "9"/],
    [['test', 'raft', '--workload', 'regster'], /unknown workload "regster"; nearest: register/],
    [['test', 'raft', '--faults', 'kil'], /unknown fault "kil"; nearest: kill/],
    [
      ['test', 'raft', '--faults', 'kill:leadr'],
      /unknown variant "kill:leadr"; nearest: kill:leader/,
    ],
    [
      ['test', 'raft', '--bug', 'stale-reads'],
      /unknown bug of raft "stale-reads"; nearest: stale-read/,
    ],
    [['test', 'raft', '--set', 'read=local'], /unknown setting of raft "read"; nearest: reads/],
    [['test', 'raft', '--set', 'reads=locl'], /nearest: local/],
    [['test', 'raft', '--durability', 'allways'], /nearest: always/],
    [['test', 'raft', '--runtime', 'proces'], /nearest: process/],
    [['test', 'raft', '--workload-option', 'keyz=3'], /nearest: keys/],
    [['test', 'raft', '--workload-option', 'keys=none'], /keys/],
    [['test', 'raft', '--time', 'soon'], /"soon" is not a duration/],
    [['test', 'raft', '--nodes', '0'], /at least 1/],
    [['test', 'raft', '--concurency', '3'], /Did you mean --concurrency/],
    [['test', 'etcd@3.4', '--durability', 'unsafe-no-fsync'], /etcd 3.4 has no --unsafe-no-fsync/],
    [['test', 'etcd', '--set', 'heartbeat-ms=500'], /at least 5 times/],
    [['test', 'etcd', '--image', 'no such image'], /"no such image" is not the name of an image/],
    [
      ['test', 'etcd', '--faults', 'upgrade'],
      /which version comes after etcd@3.5: --upgrade-to [\d. or]*3.4/,
    ],
    [['test', 'etcd', '--upgrade-to', '3.4'], /does nothing without --faults upgrade/],
    [
      ['test', 'etcd@3.4', '--faults', 'upgrade:one', '--upgrade-to', '3.4'],
      /etcd runs 3.4 already; --upgrade-to 3.5 or [\d. or]*3.3/,
    ],
    [['test', 'etcd', '--faults', 'upgrade', '--upgrade-to', '3.6'], /unknown version .* "3.6"/],
    [['test', 'raft', '--faults', 'upgrade', '--upgrade-to', '2'], /raft has one version only/],
    [
      ['test', 'raft', '--faults', 'kill,disk-full,disk-slow:one,cpu'],
      /^schism: the runtime process cannot do the faults disk-full, disk-slow and cpu here; nodes in containers may have them: --runtime docker$/,
    ],
    [
      ['test', 'zab', '--faults', 'loss'],
      /the runtime process cannot do the fault loss here; .* may have it:/,
    ],
    [['test'], /missing required argument 'target'/],
    [['list', 'fault'], /unknown list "fault"; nearest: faults/],
    [['check', 'nowhere.jsonl', '--model', 'register'], /nowhere\.jsonl/],
    [['check', 'x', '--model', 'registr'], /unknown model "registr"; nearest: register/],
    [['check', 'x', '--model', 'register', '--format', 'edm'], /nearest: edn/],
    [['report', 'nowhere'], /nowhere is not a run folder/],
    [['check', 'x'], /say what is promised: --model/],
    [['check', 'x', '--checker', 'durabilty'], /unknown checker .* nearest: durability/],
    [['compare', 'nowhere'], /nowhere is not a run folder/],
    [['durability', 'rafft'], /unknown target "rafft"; nearest: raft/],
    [['durability', 'raft', '--mode', 'allways'], /unknown durability mode .* nearest: always/],
    [['durability', 'raft', '--faults', 'powr'], /unknown fault "powr"/],
  ])('%j ends with 64 and says what was meant', async (args, sentence) => {
    const { code, error } = await schism(...args);
    expect(error).toMatch(sentence);
    expect(code).toBe(64);
  });
});

describe('schism replay', () => {
  /** What a run of etcd, upgraded under load, leaves, as far as a replay needs it. */
  function recordedUpgrade(): string {
    const spec = {
      ...{ target: 'etcd', version: '3.4', runtime: 'docker', workload: 'register', nodes: 3 },
      ...{
        workloadOptions: {},
        concurrency: 2,
        rate: 10,
        timeMs: 1_000,
        operationTimeoutMs: 1_000,
      },
      ...{ durability: 'default', settings: {}, bugs: [], faults: ['upgrade'], upgradeTo: '3.5' },
      ...{ faultIntervalMs: 1_000, seed: 1, checkTimeMs: 1_000, checkMemoryBytes: 1e9 },
    };
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ spec }));
    writeFileSync(join(folder, 'history.jsonl'), '');
    const evidence = { tookEffect: true, observations: [] };
    const parameters = { order: ['n2', 'n1', 'n3'], nodes: ['n2'] };
    const fault = { fault: 'upgrade', variant: 'one', nodes: ['n2'], parameters, evidence };
    const entry = { id: 1, action: 'inject', time: 1, doneTime: 2, fault };
    writeFileSync(join(folder, 'schedule.jsonl'), `${JSON.stringify(entry)}\n`);
    return folder;
  }

  it('begins no run that could repeat none of the faults, and says why', async () => {
    const runsDir = join(folder, 'again');
    const args = ['--target', 'raft', '--runs-dir', runsDir];
    const { code, error } = await schism('replay', recordedUpgrade(), ...args);
    expect(error).toBe(
      'schism: none of the recorded faults can be carried out there:\n' +
        '  upgrade one (n2): the runtime process has no upgrade',
    );
    expect(code).toBe(64);
    expect(readdirSync(folder)).not.toContain('again');
  });
});

it('a place where runs cannot be written is told in one sentence, before anything starts', async () => {
  writeFileSync(join(folder, 'file'), '');
  const { code, error } = await schism('test', 'raft', '--runs-dir', join(folder, 'file', 'runs'));
  expect(error).toMatch(/^schism: cannot write .*file.runs .*--runs-dir$/);
  expect(code).toBe(4);
});

describe('schism list', () => {
  it.each([
    ['targets', 'raft'],
    ['workloads', 'register'],
    ['faults', 'partition'],
    ['checkers', 'linearizability'],
    ['models', 'cas-register'],
    ['bugs', 'raft stale-read'],
    ['runtimes', 'process'],
  ])('%s has %s', async (what, name) => {
    const { code, out } = await schism('list', what);
    expect(out.split('\n')).toContain(name);
    expect(code).toBe(0);
  });
});

describe('schism check', () => {
  const write = (value: number) => [
    { type: 'invoke', f: 'write', value },
    { type: 'ok', f: 'write', value },
  ];
  const read = (value: number) => [
    { type: 'invoke', f: 'read', value: null },
    { type: 'ok', f: 'read', value },
  ];

  it('ends with 0 on a history that is linearizable', async () => {
    const path = history(...write(1), ...read(1));
    const { code, out } = await schism('check', path, '--model', 'register');
    expect(out).toContain('Linearizable as a register');
    expect(code).toBe(0);
  });

  it('ends with 1 on one that is not, and shows the operations', async () => {
    const path = history(...write(1), ...write(2), ...read(1));
    const { code, out } = await schism('check', path, '--model', 'register');
    expect(out).toContain('read → 1');
    expect(out).toContain('Not linearizable');
    expect(code).toBe(1);
  });

  it('ends with 2 where time runs out, never with a verdict', async () => {
    // From 0 every value is left as often as it is entered, so only 0 can be read in the end: but that is
    // seen by whoever tries all orders of 40 operations at once, and by nobody in 50 ms.
    const swaps = [0, 1, 2, 3, 4].flatMap((from) =>
      [0, 1, 2, 3, 4]
        .filter((to) => to !== from)
        .flatMap((to) => [
          [from, to],
          [from, to],
        ]),
    );
    const path = history(
      ...write(0),
      ...swaps.map((value, process) => ({ process, type: 'invoke', f: 'cas', value })),
      ...swaps.map((value, process) => ({ process, type: 'ok', f: 'cas', value })),
      ...read(1),
    );
    const { code, out } = await schism(
      ...['check', path, '--model', 'cas-register', '--timeout', '50ms'],
    );
    expect(out).toContain('Undecided');
    expect(code).toBe(2);
  });

  it('gives several files one table and one exit code', async () => {
    const good = history(...write(1), ...read(1));
    const bad = join(folder, 'bad.jsonl');
    writeFileSync(bad, readFileSync(good, 'utf8').replace(/1\}\n$/, '7}\n'));
    const { code, out } = await schism('check', good, bad, '--model', 'register');
    expect(out).toMatch(/history\.jsonl\s+2\s+valid/);
    expect(out).toMatch(/bad\.jsonl\s+2\s+invalid/);
    expect(code).toBe(1);
  });

  it('judges the others where one of several files is no history, and masks no violation', async () => {
    const good = history(...write(1), ...read(1));
    const [bad, none] = ['bad.jsonl', 'none.jsonl'].map((name) => join(folder, name));
    writeFileSync(bad, readFileSync(good, 'utf8').replace(/1\}\n$/, '7}\n'));
    writeFileSync(none, readFileSync(good, 'utf8').split('\n').slice(1).join('\n'));
    const both = await schism('check', none, good, '--model', 'register');
    expect(both.out).toMatch(/none\.jsonl\s+unreadable/);
    expect(both.out).toMatch(/history\.jsonl\s+2\s+valid/);
    expect(both.error).toMatch(/none\.jsonl:1: .*did not invoke/);
    expect(both.code).toBe(64);
    const all = await schism('check', none, bad, good, '--model', 'register');
    expect(all.code).toBe(1);
  });

  it.each([
    ['register', [...write(1), { type: 'invoke', f: 'cas', value: [1, 2] }], /:3: .*no "cas"/],
    ['register', [write(1)[0], write(2)[0]], /:2: process 0 invokes write while its write is/],
    ['register', [write(1)[0], { ...write(1)[1], process: 1 }], /:2: .*did not invoke/],
    ['register', [write(1)[0], { ...write(1)[1], time: -1 }], /:2: time is -1/],
    ['register', [{ ...write(1)[0], time: 9000 }, write(1)[1]], /:2: time runs backwards/],
    ['cas-register', [{ type: 'invoke', f: 'cas', value: 3 }], /:1: cas takes \[from, to\]/],
    [
      'key-value',
      [
        { type: 'invoke', f: 'get' },
        { type: 'ok', f: 'get', value: 3 },
      ],
      /:2: get/,
    ],
    [
      'counter',
      [
        { type: 'invoke', f: 'read' },
        { type: 'ok', f: 'read' },
      ],
      /:2: read answers/,
    ],
  ])('refuses what the model %s cannot read: case %#', async (model, events, sentence) => {
    const { code, error } = await schism('check', history(...events), '--model', model);
    expect(error).toMatch(sentence);
    expect(code).toBe(64);
  });

  it('asks another checker where it is named: a lost write', async () => {
    const path = history(...write(1), { type: 'invoke', f: 'read' }, { type: 'ok', f: 'read' });
    const { code, out } = await schism('check', path, '--checker', 'durability');
    expect(out).toContain('1 of 1 acknowledged writes was lost');
    expect(code).toBe(1);
  });

  it('names file, line and reason of a history that is none', async () => {
    const path = history(...write(1), { type: 'ok', f: 'read', value: 1 });
    const { code, error } = await schism('check', path, '--model', 'register');
    expect(error).toMatch(/history\.jsonl:3: .*did not invoke/);
    expect(code).toBe(64);
  });
});

describe('schism test', () => {
  it('runs our Raft, breaks it, judges it and leaves everything in the run folder', async () => {
    const runs = join(folder, 'runs');
    const { code, out } = await schism(
      ...['test', 'raft', '--nodes', '3', '--concurrency', '6', '--rate', '100', '--time', '6s'],
      ...['--faults', 'partition,kill', '--fault-interval', '1500ms', '--seed', '11'],
      ...['--runs-dir', runs],
    );
    expect(out).toContain('Pass');
    expect(code).toBe(0);
    expect(out.split('\n')).toHaveLength(5);

    const [run] = readdirSync(join(runs, 'raft-register'));
    const path = join(runs, 'raft-register', run);
    const files = readdirSync(path);
    for (const file of [
      'run.json',
      'history.jsonl',
      'schedule.jsonl',
      'results.json',
      'report.html',
    ]) {
      expect(files).toContain(file);
    }
    expect(readdirSync(join(path, 'nodes')).sort()).toEqual(['n1', 'n2', 'n3']);
    expect(readdirSync(join(path, 'nodes', 'n1'))).toEqual(['node.log']);

    const again = await schism('check', path, '--model', 'cas-register');
    expect(again.code).toBe(0);
    rmSync(join(path, 'report.html'));
    const report = await schism('report', path, '--recheck');
    expect(report.out).toContain('Pass');
    expect(readdirSync(path)).toContain('report.html');
  });
});

describe('the durability workload, in virtual time', () => {
  const run = (durability: string) =>
    schism(
      ...['test', 'raft', '--runtime', 'simulation', '--workload', 'durability', '--nodes', '3'],
      ...['--time', '20s', '--rate', '100', '--faults', 'power:all', '--seed', '2'],
      ...['--durability', durability, '--runs-dir', join(folder, durability)],
    );
  const folderOf = (durability: string): string => {
    const runs = join(folder, durability, 'raft-durability');
    return join(runs, readdirSync(runs)[0]);
  };

  it('loses with never, as promised, and with batch nothing; compare shows both', async () => {
    const never = await run('never');
    expect(never.out).toMatch(/lost after a power cut, as promised by the mode never/);
    expect(never.code).toBe(0);
    expect((await run('batch')).out).toMatch(/Pass: .* what the system promises\.\n/);
    const page = join(folder, 'comparison.html');
    const { code, out } = await schism(
      ...['compare', folderOf('never'), folderOf('batch'), '--page', page],
    );
    expect(out).toMatch(/raft never +✓ pass +may lose +[\d,]+ +[1-9]/);
    expect(out).toMatch(/raft batch +✓ pass +keeps all +[\d,]+ +0 /);
    expect(readFileSync(page, 'utf8')).toContain('raft never lost');
    expect(code).toBe(0);
  });
});
