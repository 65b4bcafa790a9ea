import type { BrokenStep, ProtocolWatch } from '../contracts/cluster.js';
import type { CheckResult } from '../verdict.js';

/** The name of this check beside those of the workload's checkers. */
export const INVARIANTS = 'invariants';

/** What a monitor of the protocol has seen, as one more check of the run; its evidence is the `BrokenStep`. */
export function checkInvariants({ steps, broken, endedNs }: ProtocolWatch): CheckResult {
  const watched = `${steps.toLocaleString('en-US')} steps`;
  if (broken) {
    return {
      checker: INVARIANTS,
      verdict: 'invalid',
      summary: describeStep(broken),
      evidence: { kind: INVARIANTS, ...broken },
    };
  }
  const until =
    endedNs === undefined
      ? ''
      : ` until ${(endedNs / 1e9).toFixed(3)} s, when a disk lost what the protocol must be able to rest on`;
  return {
    checker: INVARIANTS,
    verdict: 'valid',
    summary: `${watched} of nodes were watched${until}, and none broke an invariant of the protocol.`,
  };
}

/** The step that broke an invariant, where a run's checks tell of one. */
export function brokenStepIn(checks: readonly CheckResult[]): BrokenStep | undefined {
  const found = checks.find(
    ({ checker, verdict }) => checker === INVARIANTS && verdict === 'invalid',
  );
  return found?.evidence as BrokenStep | undefined;
}

function describeStep({ node, time, message }: BrokenStep): string {
  return `A step of ${node} at ${(time / 1e9).toFixed(3)} s broke an invariant of the protocol: ${message}`;
}
