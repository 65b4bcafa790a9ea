import type { AvailabilityEvidence } from '../../checkers/availability/evidence.js';
import type { DurabilityEvidence } from '../../checkers/durability/evidence.js';
import type { Outcome } from '../../harness/verdict.js';
import type { RunToCompare } from '../comparison/compared-run.js';

export interface SampleRunOptions {
  durability?: string;
  target?: string;
  seed?: number;
  lost?: number;
  lostAsPromised?: number;
  unread?: number;
  windowMs?: number | null;
  outcome?: Outcome;
}

/** A run of the durability workload with 1,000 acknowledged writes and no operations in its history. */
export function sampleRun(options: SampleRunOptions): RunToCompare {
  const { durability = 'always', target = 'raft', seed = 1, outcome = 'pass' } = options;
  const spec = {
    target,
    version: 'built-in',
    runtime: 'process',
    workload: 'durability',
    workloadOptions: {},
    nodes: 3,
    concurrency: 20,
    rate: 1_000,
    timeMs: 10_000,
    operationTimeoutMs: 1_000,
    durability,
    settings: {},
    bugs: [],
    faults: ['power:all'],
    faultIntervalMs: 5_000,
    seed,
    checkTimeMs: 1_000,
    checkMemoryBytes: 2 ** 30,
  };
  const summary = '';
  return {
    directory: `runs/${target}-durability/${durability}-${seed}`,
    record: {
      id: `${target}-${durability}-${seed}`,
      spec,
      startedAt: '2026-11-21T03:45:00.000Z',
      schismVersion: '0.1.0',
      nodeVersion: 'v20.20.2',
      platform: 'linux x64',
      replayCommand: 'npx schism test raft',
      cluster: {},
    },
    result: {
      outcome,
      sentence: 'Everything that clients saw is consistent with what the system promises.',
      checks: [
        { checker: 'durability', verdict: 'valid', summary, evidence: evidenceOf(options) },
        { checker: 'availability', verdict: 'valid', summary, evidence: AVAILABILITY },
      ],
      phases: [{ name: 'load', start: 0, end: 10e9 }],
      crashes: [],
      ineffective: [],
      interrupted: false,
      warnings: [],
    },
    history: { events: [], operations: [] },
  };
}

function evidenceOf(options: SampleRunOptions): DurabilityEvidence {
  const { durability = 'always', lost = 0, lostAsPromised = 0, windowMs = null } = options;
  const fault = { fault: 'power', variant: 'all', nodes: ['n1', 'n2', 'n3'], began: 4e9 };
  return {
    kind: 'durability',
    mode: durability,
    survivesPowerLoss: durability !== 'never',
    acknowledged: 1_000,
    lost,
    lostAsPromised,
    outOfOrder: 0,
    unread: options.unread ?? 0,
    missed: 0,
    unacknowledged: { present: 0, absent: 0 },
    phantoms: 0,
    powerCuts: 2,
    byFault: lost > 0 ? [{ id: 1, ...fault, lost, certain: lost, windowMs }] : [],
    writes: [],
    bucketMs: 100,
    buckets: [],
  };
}

const AVAILABILITY: AvailabilityEvidence = {
  kind: 'availability',
  bucketMs: 100,
  buckets: [],
  okShare: 0.8,
  longestGap: null,
  recoveries: [100, 250].map((recoveryMs, index) => ({
    id: index + 1,
    fault: 'power',
    variant: 'all',
    nodes: ['n1'],
    injectedAt: 4e9,
    healedAt: 6e9,
    okDuring: 10,
    recoveryMs,
  })),
};
