import type { Crash } from '../contracts/cluster.js';
import type { CheckResult, Outcome } from '../verdict.js';

/** What a run's outcome is decided from. */
export interface OutcomeFacts {
  results: readonly CheckResult[];
  /** Why the harness, the runtime or the target could not do its part; undefined where all went well. */
  failure?: string;
  crashes: readonly Crash[];
  /** What a crash has broken beyond the node itself, as a sentence. */
  brokenPromise?: string;
  /** What a violation may be in a mode that promises little, as a sentence. */
  promisedLosses?: string;
  /** Faults that were planned and never seen to take effect, by name. */
  ineffective: readonly string[];
  /** Client operations that ended in `ok`. */
  okCount: number;
  interrupted: boolean;
}

export interface Decision {
  outcome: Outcome;
  /** Why, in a sentence for a person. */
  sentence: string;
}

/**
 * The order of the design: a violation is masked by nothing; then what went wrong on our side; then what
 * could not be decided; then what taught nothing; only then a pass.
 */
export function decideOutcome(facts: OutcomeFacts): Decision {
  return (
    violation(facts) ??
    failure(facts) ??
    inconclusive(facts) ??
    vacuous(facts) ?? { outcome: 'pass', sentence: passSentence(facts) }
  );
}

function passSentence({ interrupted, results }: OutcomeFacts): string {
  const remarks = results.flatMap(({ remark }) => remark ?? []);
  const consistent = interrupted
    ? 'What was recorded until the run was interrupted is consistent'
    : 'Everything that clients saw is consistent with what the system promises';
  return `${[consistent, ...remarks].join('; ')}.`;
}

function violation(facts: OutcomeFacts): Decision | undefined {
  const { results, brokenPromise, promisedLosses } = facts;
  const invalid = results.find((result) => result.verdict === 'invalid');
  const sentence = invalid?.summary ?? brokenPromise;
  if (sentence === undefined) return undefined;
  return { outcome: 'violation', sentence: [sentence, promisedLosses ?? []].flat().join(' ') };
}

function failure({ failure: reason, crashes }: OutcomeFacts): Decision | undefined {
  if (reason !== undefined) return { outcome: 'error', sentence: reason };
  const crash = crashes[0];
  if (crash === undefined) return undefined;
  const how = crash.signal === null ? `exit code ${crash.exitCode}` : `signal ${crash.signal}`;
  const others = crashes.length > 1 ? ` (and ${crashes.length - 1} more crashes)` : '';
  return {
    outcome: 'error',
    sentence: `Node ${crash.node} ended by itself with ${how}${others}; its log is in the run folder.`,
  };
}

function inconclusive({ results }: OutcomeFacts): Decision | undefined {
  const unknown = results.find(
    ({ verdict, unknownReason }) => verdict === 'unknown' && unknownReason !== 'not enough data',
  );
  return unknown && { outcome: 'inconclusive', sentence: unknown.summary };
}

function vacuous({ results, ineffective, okCount }: OutcomeFacts): Decision | undefined {
  if (okCount === 0) {
    return { outcome: 'vacuous', sentence: 'Nothing was learnt: no operation succeeded.' };
  }
  if (ineffective.length > 0) {
    return {
      outcome: 'vacuous',
      sentence: `Nothing was learnt about ${ineffective.join(', ')}: it was never seen to take effect.`,
    };
  }
  const thin = results.find(({ unknownReason }) => unknownReason === 'not enough data');
  return thin && { outcome: 'vacuous', sentence: thin.summary };
}
