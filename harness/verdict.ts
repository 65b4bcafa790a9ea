import type { AnyEvidence, EvidenceViewData } from './evidence.js';

/** What one checker can say. */
export type Verdict = 'valid' | 'invalid' | 'unknown';

/** Why a checker could not decide. */
export type UnknownReason = 'time' | 'memory' | 'not enough data' | 'checker failed' | 'aborted';

/** The answer of one checker over one history, with evidence of the kinds `E`. */
export interface CheckResult<E extends { kind: string } = AnyEvidence> {
  checker: string;
  verdict: Verdict;
  /** Present exactly when the verdict is `unknown`. */
  unknownReason?: UnknownReason;
  /** One sentence for a person: what was checked and what came out. */
  summary: string;
  /** What a pass must not keep quiet about, as the end of a sentence: losses that were promised. */
  remark?: string;
  /** What the checker found, for reports; its kind says what shape it has. */
  evidence?: E;
  /** How reports show evidence of a kind that they have no view of. */
  view?: EvidenceViewData;
}

/** What one run can end in. */
export type Outcome = 'pass' | 'violation' | 'inconclusive' | 'vacuous' | 'error';

/** The exit codes of the command line; 64 is sysexits.h's EX_USAGE. */
export const EXIT_CODES = {
  pass: 0,
  violation: 1,
  inconclusive: 2,
  vacuous: 3,
  error: 4,
} as const satisfies Record<Outcome, number>;

export const EXIT_USAGE = 64;

/** `invalid` beats `unknown` beats `valid`; of no verdicts at all nothing is known. */
export function composeVerdicts(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('invalid')) return 'invalid';
  if (verdicts.length === 0 || verdicts.includes('unknown')) return 'unknown';
  return 'valid';
}

/** Over several runs: a violation is never masked, and a pass masks nothing. */
const OUTCOME_ORDER: readonly Outcome[] = ['violation', 'error', 'inconclusive', 'vacuous', 'pass'];

/** The outcome that several runs have together; of no runs, `vacuous`. */
export function composeOutcomes(outcomes: readonly Outcome[]): Outcome {
  return OUTCOME_ORDER.find((outcome) => outcomes.includes(outcome)) ?? 'vacuous';
}
