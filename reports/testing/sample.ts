import type { Operation, OperationType } from '../../harness/history/operation.js';
import { createRandom, type Random } from '../../harness/environment/random.js';
import type { ScheduleEntry } from '../../harness/contracts/nemesis.js';
import type { LinearizabilityEvidence } from '../../checkers/linearizability/core/evidence.js';
import type { AvailabilityEvidence } from '../../checkers/availability/evidence.js';
import type { CheckResult } from '../../harness/verdict.js';
import { operationColumns, type ReportData } from '../data/report-data.js';

const SECOND = 1e9;
const NODES = ['n1', 'n2', 'n3', 'n4', 'n5'];

/** Operations as a run with a partition between 6 s and 10 s of every 15 s would record them. */
export function sampleOperations(count: number, seconds: number, seed = 1): Operation[] {
  const random = createRandom(seed);
  const mean = (seconds * SECOND) / count;
  let time = 0;
  return Array.from({ length: count }, (_, i) => {
    time += random.exponential(mean);
    return sampleOperation(random, i, time);
  });
}

function sampleOperation(random: Random, i: number, startTime: number): Operation {
  const phase = (startTime / SECOND) % 15;
  const cut = phase > 6 && phase < 10;
  const type: OperationType =
    random.next() < (cut ? 0.3 : 0.004) ? random.pick(['fail', 'info']) : 'ok';
  const base = cut ? 20e6 : 1.2e6;
  const latency = type === 'info' ? 2 * SECOND : base * Math.exp(2 * random.next() ** 3 - 1);
  const f = random.pick(['read', 'read', 'write', 'cas']);
  return {
    process: i % 10,
    f,
    key: `k${String(random.integer(5))}`,
    input: i,
    type,
    call: 2 * i,
    return: type === 'info' ? Infinity : 2 * i + 1,
    startTime,
    endTime: startTime + latency,
    node: random.pick(NODES),
    ...(type === 'ok' ? {} : { error: { code: type === 'info' ? 'timeout' : 'no-leader' } }),
  };
}

/** A partition and a kill, with the evidence that such nemeses leave. */
export function sampleSchedule(): ScheduleEntry[] {
  const partition = {
    fault: 'partition',
    variant: 'isolate-leader',
    nodes: ['n3'],
    parameters: { isolated: 'n3' },
  };
  const kill = { fault: 'kill', variant: 'minority', nodes: ['n1', 'n5'], parameters: {} };
  const seen = (...observations: string[]) => ({ tookEffect: true, observations });
  const entry = (
    id: number,
    action: 'inject' | 'heal',
    at: number,
    fault: ScheduleEntry['fault'],
  ): ScheduleEntry => ({
    id,
    action,
    time: at * SECOND,
    doneTime: (at + 0.3) * SECOND,
    fault,
  });
  return [
    entry(1, 'inject', 6, {
      ...partition,
      evidence: seen(
        'n3 to n1: no probe arrived within 300 ms',
        'n1 to n3: no probe arrived within 300 ms',
        'n2 to n1: a probe arrived after 1 ms',
      ),
    }),
    entry(2, 'inject', 8, {
      ...kill,
      evidence: seen('n1: process 4711 is gone', 'n5: process 4715 is gone'),
    }),
    entry(1, 'heal', 10, { ...partition, evidence: seen('n3 to n1: a probe arrived after 1 ms') }),
    entry(2, 'heal', 12, { ...kill, evidence: seen('n1 and n5 answer as followers again') }),
  ];
}

/** A stale read after a write that was answered: the shortest violation with a story. */
export function sampleEvidence(): LinearizabilityEvidence {
  const operation = (
    id: number,
    process: number,
    text: string,
    [call, end]: [number, number | null],
    [startMs, endMs]: [number, number | null],
  ): LinearizabilityEvidence['failures'][number]['operations'][number] => ({
    id,
    process,
    node: NODES[process % 5],
    f: text.split(' ')[0],
    input: null,
    output: null,
    type: end === null ? 'info' : 'ok',
    call,
    return: end,
    startTime: 9.2 * SECOND + startMs * 1e6,
    endTime: endMs === null ? null : 9.2 * SECOND + endMs * 1e6,
    text,
  });
  return {
    kind: 'linearizability',
    model: 'cas-register',
    keys: { total: 5, valid: 4, invalid: 1, unknown: 0 },
    operations: { checked: 2412, dropped: 31 },
    engines: [{ engine: 'wgl', why: 'the only one', keys: 5, operations: 2412 }],
    failures: [
      {
        key: 'k3',
        engine: 'wgl',
        operationCount: 512,
        operations: [
          operation(10, 0, 'write 4', [10, 13], [0, 3.2]),
          operation(11, 1, 'write 9', [11, null], [1.1, 2001]),
          operation(12, 2, 'read → 4', [12, 15], [2, 7.5]),
          operation(16, 0, 'write 5', [16, 19], [9, 31]),
          operation(18, 4, 'cas 5 → 7', [18, 21], [14, 48]),
          operation(24, 3, 'read → 7', [24, 25], [60, 64]),
          operation(28, 2, 'read → 4', [28, 29], [810, 812]),
        ],
        confirmedBy: 'brute-force',
        partialLinearizations: [
          {
            steps: [
              { id: 10, state: '4' },
              { id: 12, state: '4' },
              { id: 16, state: '5' },
              { id: 18, state: '7' },
              { id: 24, state: '7' },
            ],
          },
        ],
        unplaceable: [28],
        obstacles: [
          {
            after: 0,
            id: 28,
            state: '7',
            sentence:
              'After these, the register holds 7; "read → 4" by process 2 needs it to hold 4.',
          },
        ],
        longestPrefix: { events: 28, operations: 500, time: 9.264 * SECOND },
        sentences: [
          'Process 2 read 4 from n3 at 10.010 s. By then "cas 5 → 7" had been answered and another client ' +
            'had read 7: the value 4 had been overwritten 700 ms before the read began.',
          'The unanswered "write 9" cannot explain it, whether it took effect or not.',
        ],
      },
    ],
    unknowns: [],
    linearizations: [],
  };
}

function sampleAvailability(): AvailabilityEvidence {
  const fault = { variant: null, nodes: [] };
  return {
    kind: 'availability',
    bucketMs: 1000,
    buckets: [],
    okShare: 0.935,
    longestGap: { fromTime: 6.1 * SECOND, milliseconds: 412 },
    recoveries: [
      {
        ...fault,
        id: 1,
        fault: 'partition',
        injectedAt: 6 * SECOND,
        healedAt: 10.3 * SECOND,
        okDuring: 845,
        recoveryMs: 2.4,
      },
      {
        ...fault,
        id: 2,
        fault: 'kill',
        injectedAt: 8 * SECOND,
        healedAt: 12.3 * SECOND,
        okDuring: 1003,
        recoveryMs: 41,
      },
    ],
  };
}

/** A run that passed, or one that found a violation. */
export function sampleReport(
  outcome: 'pass' | 'violation',
  operations = sampleOperations(6000, 20),
): ReportData {
  const violated = outcome === 'violation';
  return {
    run: {
      id: '20261121T034500-7',
      target: 'raft',
      version: 'built-in',
      runtime: 'process',
      workload: 'register',
      nodes: 5,
      concurrency: 10,
      rate: 500,
      timeMs: 20_000,
      seed: 7,
      durability: 'batch',
      settings: { reads: 'linearizable', 'election-timeout': '150-300 ms' },
      bugs: violated ? ['stale-read'] : [],
      faults: ['partition', 'kill'],
      startedAt: '2026-11-21T03:45:00.000Z',
      schismVersion: '0.1.0',
      nodeVersion: 'v20.20.2',
      platform: 'linux x64',
      replayCommand:
        'npx schism test raft --nodes 5 --concurrency 10 --rate 500 --time 20s --workload register --faults partition,kill --seed 7',
      directory: 'runs/raft-register/20261121T034500-7',
    },
    outcome: {
      outcome,
      sentence: violated
        ? 'Key "k3" is not linearizable: process 2 read 4 from n3 at 10.010 s, after the value 7 had been read by another client.'
        : 'Every key is linearizable, every kind of operation succeeded, and the cluster recovered within 1.3 s of the last healing.',
    },
    checks: sampleChecks(violated),
    schedule: sampleSchedule(),
    operations: operationColumns(operations),
    phases: [
      { name: 'load', start: 0, end: 20 * SECOND },
      { name: 'heal', start: 20 * SECOND, end: 21 * SECOND },
      { name: 'final', start: 21 * SECOND, end: 22 * SECOND },
    ],
    crashes: [],
    warnings: violated ? [] : ['The clock of this machine was adjusted by 12 ms during the run.'],
  };
}

function sampleChecks(violated: boolean): CheckResult[] {
  return [
    {
      checker: 'linearizability',
      verdict: violated ? 'invalid' : 'valid',
      summary: violated
        ? '1 of 5 keys is not linearizable as a cas-register.'
        : 'All 5 keys are linearizable as a cas-register: 5,969 operations.',
      evidence: violated
        ? sampleEvidence()
        : { kind: 'linearizability', failures: [], unknowns: [], linearizations: [] },
    },
    {
      checker: 'availability',
      verdict: 'valid',
      summary: '93.5 % of the operations that ended succeeded; slowest recovery 41 ms.',
      evidence: sampleAvailability(),
    },
    {
      checker: 'sessions',
      ...(violated ? { verdict: 'unknown', unknownReason: 'time' } : { verdict: 'valid' }),
      evidence: { kind: 'monotonic-reads', sessions: 10, judged: violated ? 7 : 10 },
      summary: `Monotonic reads hold in ${violated ? '7 of 10 sessions; 3 were not judged' : 'all 10 sessions'}.`,
    },
  ];
}
