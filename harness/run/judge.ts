import { checkHistory } from './check.js';
import { checkInvariants } from './invariants.js';
import { decideOutcome, type OutcomeFacts } from './outcome.js';
import { promisedLosses } from './promised-losses.js';
import type { RunResult } from './result.js';
import type { RunState } from './state.js';

/** What clients saw and what was seen inside the nodes, each by its checkers; the cluster is still up. */
export async function judge(run: RunState): Promise<void> {
  const { workload, operations, spec, checkClock, observer, abandonCheck } = run.parts;
  const { defect, history } = run.parts.audit(run.history(), operations);
  if (defect !== undefined) run.failed(new Error(defect));
  const { watch } = run.cluster ?? {};
  const fromInside = watch ? [checkInvariants(watch)] : [];
  const fromOutside = await checkHistory(workload.checkers, history, {
    clock: checkClock,
    limits: { timeMs: spec.checkTimeMs, memoryBytes: spec.checkMemoryBytes },
    signal: abandonCheck,
    onProgress: (progress) => observer.checking(progress),
  });
  run.checks = [...fromOutside, ...fromInside];
}

/** What the run has come to, as far as it has got. */
export function resultOf(run: RunState): RunResult {
  const { checks, failure, phases, recoveryMs, warnings } = run;
  const { list: crashes } = run.crashes;
  const interrupted = run.parts.stop.aborted;
  const ineffective = interrupted ? [] : (run.faults?.ineffective ?? []);
  // Nothing is promised once a disk may have forgotten: who has forgotten may stop where others remember.
  const brokenPromise = run.crashes.brokenPromise(run.firstLoss);
  const facts = { failure, crashes, brokenPromise, ineffective, interrupted };
  return {
    ...decideOutcome({ ...facts, results: checks, ...factsOfHistory(run) }),
    checks,
    phases,
    crashes,
    brokenPromise,
    ineffective,
    recoveryMs,
    interrupted,
    failure,
    warnings,
  };
}

function factsOfHistory({
  recorder,
  parts,
}: RunState): Pick<OutcomeFacts, 'promisedLosses' | 'okCount'> {
  const { events } = recorder;
  const { spec, target, workload, forgets } = parts;
  return {
    promisedLosses: promisedLosses(events, spec.durability, target, workload, forgets),
    okCount: events.filter(({ type }) => type === 'ok').length,
  };
}
