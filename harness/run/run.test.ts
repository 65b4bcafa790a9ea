import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';

import { toHistory } from '../history/pair.js';
import type { CheckResult } from '../verdict.js';
import { FakeRun, LOAD_MS } from './testing/fake-run.js';

const INVALID: CheckResult = { checker: 'all', verdict: 'invalid', summary: 'A read was stale.' };

/** The phases that began, in their order. */
function begun({ trace }: FakeRun): string[] {
  return trace
    .filter((line) => line.startsWith('phase '))
    .map((line) => line.slice('phase '.length));
}

const ALL_PHASES = ['set-up', 'load', 'heal', 'final', 'check'];

describe('a run in which all goes well', () => {
  it('does one thing after the other, and is torn down before its results are written', async () => {
    const run = new FakeRun();
    const { result } = await run.execute();
    expect(result).toMatchObject({ outcome: 'pass', interrupted: false, warnings: [] });
    expect(run.trace).toEqual([
      'phase set-up',
      'create the cluster',
      'settle disks',
      'phase load',
      'faults begin',
      'faults end',
      'phase heal',
      'heal all',
      'phase final',
      'phase check',
      'check',
      'tear down',
      'write results',
      'remove the data of n1, n2, n3',
    ]);
  });

  it('says when each of its phases was', async () => {
    const { result } = await new FakeRun().execute();
    expect(result.phases.map(({ name }) => name)).toEqual(ALL_PHASES);
    const [, load, heal] = result.phases;
    expect(load.end - load.start).toBeGreaterThan((LOAD_MS - 1_000) * 1e6);
    expect(heal.start).toBe(load.end);
    expect(result.recoveryMs).toBe(0);
  });

  it('asks every node in the end, by processes that were not used before', async () => {
    const { history, result } = await new FakeRun().execute();
    const { start } = result.phases[3];
    const late = history.operations.filter(({ startTime }) => startTime >= start);
    const early = history.operations.filter(({ startTime }) => startTime < start);
    expect(late.map(({ node }) => node).sort()).toEqual(['n1', 'n2', 'n3']);
    const used = new Set(early.map(({ process }) => process));
    expect(used.size).toBe(2);
    expect(late.filter(({ process }) => used.has(process))).toEqual([]);
  });

  it('ends its faults with its load', async () => {
    const run = new FakeRun();
    run.faults.onRun = (signal) => run.clock.sleep(10 * LOAD_MS, signal);
    const { result } = await run.execute();
    expect(result.outcome).toBe('pass');
    expect(result.phases[1].end).toBeLessThan((LOAD_MS + 1_000) * 1e6);
    expect(run.trace.indexOf('faults end')).toBeLessThan(run.trace.indexOf('heal all'));
  });

  it('moves a virtual clock in every phase but the check, which takes real time', async () => {
    const run = new FakeRun();
    const paced: (string | undefined)[] = [];
    await run.execute({
      pace: (work) => {
        paced.push(begun(run).at(-1));
        return work;
      },
    });
    expect(paced).toEqual(['set-up', 'load', 'heal', 'final']);
  });
});

describe('a failure', () => {
  it('to make the cluster leaves nothing to tear down, and is what the run ends in', async () => {
    const run = new FakeRun();
    run.runtime.createCluster = () => Promise.reject(new Error('no room for three nodes'));
    const { result, history } = await run.execute();
    expect(result).toMatchObject({ outcome: 'error', sentence: 'no room for three nodes' });
    expect(history.operations).toEqual([]);
    expect(begun(run)).toEqual(['set-up', 'check']);
    expect(run.trace).not.toContain('tear down');
    expect(run.trace).toContain('write results');
  });

  it('to open the history comes before anything is started', async () => {
    const run = new FakeRun();
    run.folder.historyFile = '/no/such/folder/history.jsonl';
    await expect(run.execute()).rejects.toThrow(/cannot write the history .*ENOENT/);
    expect(run.trace).toEqual([]);
  });

  it('of a node to come up names it, and all of them are torn down', async () => {
    const run = new FakeRun();
    run.cluster.nodes[1].answer = { ready: false };
    const { result } = await run.execute();
    expect(result.outcome).toBe('error');
    expect(result.sentence).toMatch(/^Node n2 was not ready to serve within 60\.\d s/);
    expect(begun(run)).toEqual(['set-up', 'check']);
    expect(run.trace).toContain('tear down');
  });

  it('to make the faults tears the cluster down', async () => {
    const run = new FakeRun();
    const createFaults = (): never => {
      throw new Error('no helper could be started');
    };
    const { result } = await run.execute({ createFaults });
    expect(result).toMatchObject({ outcome: 'error', sentence: 'no helper could be started' });
    expect(begun(run)).toEqual(['set-up', 'check']);
    expect(run.trace).toContain('tear down');
  });

  it('of the load ends the faults, and what was recorded is judged', async () => {
    const run = new FakeRun();
    run.faults.onRun = (signal) => run.clock.sleep(10 * LOAD_MS, signal);
    run.target.createClient = () => {
      throw new Error('no port is left');
    };
    const { result } = await run.execute();
    expect(result).toMatchObject({ outcome: 'error', sentence: 'no port is left' });
    expect(begun(run)).toEqual(['set-up', 'load', 'check']);
    expect(run.trace).toContain('faults end');
    expect(run.trace).toContain('check');
    expect(run.trace).toContain('tear down');
  });

  it('of the faults ends the load at once, and what they did is taken back', async () => {
    const run = new FakeRun();
    run.folder.onAppendSchedule = () => {
      throw new Error('cannot write schedule.jsonl');
    };
    run.faults.onRun = async () => {
      await run.clock.sleep(1_000);
      run.faults.report('kill', run.clock.now());
    };
    const { result, history } = await run.execute();
    expect(result).toMatchObject({ outcome: 'error', sentence: 'cannot write schedule.jsonl' });
    expect(history.operations.length).toBeGreaterThan(0);
    expect(result.phases[1].end).toBeLessThan(3_000 * 1e6);
    expect(run.trace).toContain('heal all');
    expect(run.trace).toContain('tear down');
  });

  it('to heal is what the run ends in, and the final operations are done all the same', async () => {
    const run = new FakeRun();
    run.faults.onHealAll = () => Promise.reject(new Error('The clock of n1 is still off.'));
    const { result } = await run.execute();
    expect(result).toMatchObject({ outcome: 'error', sentence: 'The clock of n1 is still off.' });
    expect(result.recoveryMs).toBeUndefined();
    expect(begun(run)).toEqual(ALL_PHASES);
  });

  it('of a node to come back names it, and what the majority holds is read', async () => {
    const run = new FakeRun();
    run.at(5_000, () => (run.cluster.nodes[2].answer = undefined));
    const { result, history } = await run.execute();
    expect(result.outcome).toBe('error');
    expect(result.sentence).toMatch(/^Node n3 was not ready to serve within 30\.\d s/);
    expect(begun(run)).toEqual(ALL_PHASES);
    const { start } = result.phases[3];
    expect(history.operations.some(({ startTime }) => startTime >= start)).toBe(true);
  });

  it('of a majority to come back leaves the final operations out; the first one is reported', async () => {
    const run = new FakeRun();
    run.faults.onHealAll = () => Promise.reject(new Error('The faults did not heal.'));
    run.at(5_000, () => {
      run.cluster.nodes[1].answer = undefined;
      run.cluster.nodes[2].answer = undefined;
    });
    const { result } = await run.execute();
    expect(result.failure).toBe('The faults did not heal.');
    expect(begun(run)).toEqual(['set-up', 'load', 'heal', 'check']);
    const failures = run.log.filter((line) => line.startsWith('failed: '));
    expect(failures[0]).toBe('failed: The faults did not heal.');
    expect(failures[1]).toMatch(/^failed: Nodes n2, n3 were not ready to serve/);
  });

  it('of the final operations is what the run ends in', async () => {
    const run = new FakeRun();
    run.workload.final = {
      start: () => {
        throw new Error('nothing to read');
      },
    };
    const { result } = await run.execute();
    expect(result).toMatchObject({ outcome: 'error', sentence: 'nothing to read' });
    expect(begun(run)).toEqual(ALL_PHASES);
    expect(run.trace).toContain('tear down');
  });

  it('of a checker leaves the run undecided', async () => {
    const run = new FakeRun();
    run.checker = () => Promise.reject(new Error('out of numbers'));
    const { result } = await run.execute();
    expect(result.outcome).toBe('inconclusive');
    expect(result.sentence).toBe('The checker itself failed: out of numbers');
    expect(result.checks).toMatchObject([{ verdict: 'unknown', unknownReason: 'checker failed' }]);
  });

  it('of the check itself still tears the cluster down', async () => {
    const run = new FakeRun();
    const audit = (): never => {
      throw new Error('the table has a hole');
    };
    await expect(run.execute({ audit })).rejects.toThrow('the table has a hole');
    expect(run.trace.at(-1)).toBe('tear down');
  });

  it('to tear down is an error, and masks no violation', async () => {
    const healthy = new FakeRun();
    const faulty = new FakeRun();
    faulty.checker = () => Promise.resolve(INVALID);
    for (const { cluster } of [healthy, faulty]) {
      cluster.onTeardown = () => {
        throw new Error('a container will not go');
      };
    }
    const { result } = await healthy.execute();
    expect(result).toMatchObject({ outcome: 'error', sentence: 'a container will not go' });
    expect((await faulty.execute()).result).toMatchObject({
      outcome: 'violation',
      sentence: 'A read was stale.',
      failure: 'a container will not go',
    });
  });

  it('to write the results is an error that is reported, and masks no violation', async () => {
    const healthy = new FakeRun();
    const faulty = new FakeRun();
    faulty.checker = () => Promise.resolve(INVALID);
    for (const { folder } of [healthy, faulty]) {
      folder.onWriteJson = () => {
        throw new Error('cannot write results.json');
      };
    }
    const { result } = await healthy.execute();
    expect(result).toMatchObject({ outcome: 'error', sentence: 'cannot write results.json' });
    expect((await faulty.execute()).result.outcome).toBe('violation');
  });

  it('that came first is the one that is reported, and the others are logged', async () => {
    const run = new FakeRun();
    run.faults.onHealAll = () => Promise.reject(new Error('first'));
    run.cluster.onTeardown = () => {
      throw new Error('second');
    };
    run.folder.onWriteJson = () => {
      throw new Error('first');
    };
    const { result } = await run.execute();
    expect(result.sentence).toBe('first');
    expect(run.log.filter((line) => line.startsWith('failed: '))).toEqual([
      'failed: first',
      'failed: second',
    ]);
  });
});

describe('a history that cannot be written', () => {
  it('ends the load, and what is in memory is judged', async () => {
    const run = new FakeRun();
    run.folder.historyFile = '/dev/full';
    const { result, history } = await run.execute();
    expect(result.outcome).toBe('error');
    expect(result.sentence).toMatch(/^cannot write the history \/dev\/full \(ENOSPC/);
    const [, { end }] = result.phases;
    expect(end).toBeLessThan(3_000 * 1e6);
    expect(history.operations.length).toBeGreaterThan(0);
    expect(history.operations.filter(({ startTime }) => startTime >= end)).toEqual([]);
    expect(run.trace).toContain('check');
    expect(run.trace).toContain('tear down');
  });

  it('masks no violation', async () => {
    const run = new FakeRun();
    run.folder.historyFile = '/dev/full';
    run.checker = () => Promise.resolve(INVALID);
    const { result } = await run.execute();
    expect(result).toMatchObject({ outcome: 'violation', sentence: 'A read was stale.' });
    expect(result.failure).toMatch(/ENOSPC/);
  });
});

describe('a run that is stopped', () => {
  it('by the user heals, judges what there is, and reads no more', async () => {
    const run = new FakeRun();
    run.faults.onRun = (signal) => run.clock.sleep(10 * LOAD_MS, signal);
    run.faults.ineffective = ['kill'];
    let clientsMade = -1;
    run.at(2_000, () => {
      run.interrupt.abort();
      clientsMade = run.clientsMade;
    });
    const { result, history } = await run.execute();
    expect(result).toMatchObject({ interrupted: true, outcome: 'pass', ineffective: [] });
    expect(result.sentence).toMatch(/^What was recorded until the run was interrupted/);
    expect(result.phases[1].end).toBeLessThan(4_000 * 1e6);
    expect(run.trace).toContain('heal all');
    expect(run.trace).toContain('tear down');
    const { start } = result.phases[3];
    expect(history.operations.filter(({ startTime }) => startTime >= start)).toEqual([]);
    expect(run.clientsMade).toBe(clientsMade);
  });

  it('by the user before its nodes are ready begins no load', async () => {
    const run = new FakeRun();
    run.cluster.nodes[0].answer = { ready: false };
    run.at(2_000, () => run.interrupt.abort());
    const { result, history } = await run.execute();
    expect(result).toMatchObject({ interrupted: true, outcome: 'vacuous' });
    expect(result.phases[0].end).toBeLessThan(3_000 * 1e6);
    expect(history.operations).toEqual([]);
    expect(run.trace).toContain('tear down');
  });

  it('by the user before it began is torn down again', async () => {
    const run = new FakeRun();
    run.interrupt.abort();
    const { result } = await run.execute();
    expect(result).toMatchObject({ interrupted: true, outcome: 'vacuous' });
    expect(run.trace).toContain('tear down');
  });

  it('leaves nothing behind on a signal that is that of many runs', async () => {
    const { signal } = new AbortController();
    for (let i = 0; i < 3; i++) await new FakeRun().execute({ stop: signal, endLoad: signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('since enough was seen is not interrupted', async () => {
    const run = new FakeRun();
    const enough = new AbortController();
    run.at(2_000, () => enough.abort());
    run.checker = () => Promise.resolve(INVALID);
    const { result } = await run.execute({ endLoad: enough.signal });
    expect(result).toMatchObject({ interrupted: false, outcome: 'violation' });
    expect(result.phases[1].end).toBeLessThan(4_000 * 1e6);
  });

  it('while it checks has told its checkers so', async () => {
    const run = new FakeRun();
    const abandoned = new AbortController();
    abandoned.abort();
    run.checker = (_, { signal }) =>
      Promise.resolve({
        checker: 'all',
        verdict: 'unknown',
        unknownReason: 'aborted',
        summary: `abandoned: ${signal?.aborted}`,
      });
    const { result } = await run.execute({ abandonCheck: abandoned.signal });
    expect(result).toMatchObject({ outcome: 'inconclusive', sentence: 'abandoned: true' });
  });
});

describe('the data of nodes', () => {
  it('is saved for a violation while the cluster is up, and stays', async () => {
    const run = new FakeRun();
    run.checker = () => Promise.resolve(INVALID);
    await run.execute();
    expect(run.trace.slice(-6)).toEqual([
      'check',
      'save n1',
      'save n2',
      'save n3',
      'tear down',
      'write results',
    ]);
  });

  it('of one node that cannot be saved is a warning, and the others are saved', async () => {
    const run = new FakeRun();
    run.checker = () => Promise.resolve(INVALID);
    run.cluster.nodes[0].onSaveData = () => {
      throw new Error('gone');
    };
    const { result } = await run.execute();
    expect(result.warnings).toEqual(['The data of n1 could not be saved: Error: gone']);
    expect(run.trace).toContain('save n3');
    expect(result.outcome).toBe('violation');
  });

  it('is removed where a crash is all that there is to see', async () => {
    const run = new FakeRun();
    run.at(LOAD_MS / 2, () => run.cluster.crash('n2', run.clock.now()));
    const { result } = await run.execute();
    expect(result.outcome).toBe('error');
    expect(run.trace.at(-1)).toBe('remove the data of n1, n2, n3');
  });
});

describe('a node that ends by itself', () => {
  const BROKEN = 'n2 forgot what it had promised.';

  it('makes the run an error that is told by its log', async () => {
    const run = new FakeRun();
    run.at(5_000, () => run.cluster.crash('n2', run.clock.now()));
    const { result } = await run.execute();
    expect(result.outcome).toBe('error');
    expect(result.sentence).toBe('Node n2 ended by itself; n2 says: panic: n2 is lost');
    expect(result.crashes).toMatchObject([{ node: 'n2', exitCode: 3, time: 5_000 * 1e6 }]);
    expect(begun(run)).toEqual(ALL_PHASES);
  });

  it('does not end the wait for the majority of the others', async () => {
    const run = new FakeRun();
    const [first] = run.cluster.nodes;
    run.at(5_000, () => {
      run.cluster.crash('n2', run.clock.now());
      first.answer = undefined;
    });
    run.at(LOAD_MS + 5_000, () => (first.answer = { ready: true }));
    const { result } = await run.execute();
    expect(result.sentence).toMatch(/^Node n2 ended by itself/);
    expect(begun(run)).toEqual(ALL_PHASES);
  });

  it('while the cluster comes up ends the wait for it', async () => {
    const run = new FakeRun();
    run.cluster.nodes[1].answer = { ready: false };
    run.at(1_000, () => run.cluster.crash('n2', run.clock.now()));
    const { result } = await run.execute();
    expect(result.sentence).toBe('Node n2 ended by itself; n2 says: panic: n2 is lost');
    expect(result.phases[0].end).toBeLessThan(2_000 * 1e6);
  });

  it('as it may, and comes back, is no more than a line of the log', async () => {
    const run = new FakeRun();
    const [, second] = run.cluster.nodes;
    run.at(5_000, () => {
      run.cluster.crash('n2', run.clock.now(), { expected: 'as its member was removed' });
      second.answer = { ready: true };
    });
    const { result } = await run.execute();
    expect(result).toMatchObject({ outcome: 'pass', crashes: [] });
    expect(run.log).toContain('node n2 ended, as its member was removed: panic: n2 is lost');
  });

  it('and breaks a promise by it makes the run a violation', async () => {
    const run = new FakeRun();
    run.target.brokenPromise = () => BROKEN;
    run.at(5_000, () => run.cluster.crash('n2', run.clock.now()));
    const { result } = await run.execute();
    expect(result).toMatchObject({
      outcome: 'violation',
      sentence: BROKEN,
      brokenPromise: BROKEN,
    });
  });

  it.each([
    { fault: 'disk-damage', at: 4_000, outcome: 'error' },
    { fault: 'power', at: 4_000, outcome: 'error' },
    { fault: 'kill', at: 4_000, outcome: 'violation' },
    { fault: 'disk-damage', at: 6_000, outcome: 'violation' },
  ])('5 s after the start, $fault at $at ms: $outcome', async ({ fault, at, outcome }) => {
    const run = new FakeRun();
    run.target.brokenPromise = () => BROKEN;
    run.at(at, () => run.faults.report(fault, run.clock.now()));
    run.at(5_000, () => run.cluster.crash('n2', run.clock.now()));
    expect((await run.execute()).result.outcome).toBe(outcome);
  });

  it('after a power cut that its mode survives has broken its promise', async () => {
    const run = new FakeRun();
    run.target.brokenPromise = () => BROKEN;
    run.target.durabilityModes = { always: { description: '', survivesPowerLoss: true } };
    run.at(4_000, () => run.faults.report('power', run.clock.now()));
    run.at(5_000, () => run.cluster.crash('n2', run.clock.now()));
    expect((await run.execute()).result.outcome).toBe('violation');
  });
});

describe('what is recorded of a fault', () => {
  it('stands in the schedule, in the history and in the log', async () => {
    const run = new FakeRun();
    run.at(1_000, () => run.faults.report('kill', 0.9e9, { id: 7 }));
    const { history } = await run.execute();
    expect(run.folder.schedule).toMatchObject([{ action: 'inject', id: 7, time: 0.9e9 }]);
    expect(history.events.filter(({ process }) => process === 'nemesis')).toMatchObject([
      {
        type: 'info',
        f: 'kill',
        time: 1e9,
        value: { action: 'inject', id: 7, variant: 'one', nodes: ['n1'], began: 0.9e9 },
      },
    ]);
    expect(run.log).toContain('inject kill one on n1: seen');
  });

  it('is what went wrong, where something did', async () => {
    const run = new FakeRun();
    run.at(1_000, () => run.faults.report('kill', 0.9e9, { error: 'no such process' }));
    await run.execute();
    expect(run.log).toContain('inject kill one on n1: no such process');
  });

  it('is that nothing was learnt where it was never seen to take effect', async () => {
    const run = new FakeRun();
    run.faults.ineffective = ['kill'];
    const { result } = await run.execute();
    expect(result).toMatchObject({ outcome: 'vacuous', ineffective: ['kill'] });
  });
});

describe('what nodes say and what is seen in them', () => {
  it('is another version than the one that was asked for: a warning', async () => {
    const run = new FakeRun();
    run.cluster.facts = { image: 'fake:1' };
    for (const node of run.cluster.nodes) node.answer = { ready: true, version: '2.4' };
    const { result } = await run.execute();
    expect(result.outcome).toBe('pass');
    expect(result.warnings).toEqual([
      'fake 1 was asked for, and the nodes say that they are 2.4: what is found is found of 2.4',
    ]);
    expect(run.facts).toEqual([{ image: 'fake:1' }, { image: 'fake:1', versions: ['2.4'] }]);
  });

  it('is a step that broke an invariant: a violation, whatever the clients saw', async () => {
    const run = new FakeRun();
    const broken = { node: 'n1', time: 2e9, invariant: 'election safety', message: 'two leaders' };
    run.cluster.watch = { steps: 9, broken, endedNs: undefined };
    const { result } = await run.execute();
    expect(result.outcome).toBe('violation');
    expect(result.sentence).toContain('two leaders');
    expect(result.checks.map(({ checker }) => checker)).toEqual(['all', 'invariants']);
  });

  it('is an error table that calls failed what took effect: an error', async () => {
    const run = new FakeRun();
    let judged = -1;
    run.checker = ({ operations }) => {
      judged = operations.length;
      return Promise.resolve({ checker: 'all', verdict: 'valid', summary: '' });
    };
    const defect = 'The table is wrong about refused.';
    const { result } = await run.execute({ audit: () => ({ defect, history: toHistory([]) }) });
    expect(result).toMatchObject({ outcome: 'error', sentence: defect });
    expect(judged).toBe(0);
  });

  it('is nothing, where no operation succeeded', async () => {
    const run = new FakeRun();
    run.answer = () => ({ type: 'fail' });
    const { result } = await run.execute();
    expect(result).toMatchObject({
      outcome: 'vacuous',
      sentence: 'Nothing was learnt: no operation succeeded.',
    });
  });
});
