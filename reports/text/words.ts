import type { Outcome, Verdict } from '../../harness/verdict.js';

/** How an outcome is shown: never by its colour alone. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, { icon: string; title: string }>> = {
  pass: { icon: '✓', title: 'Pass' },
  violation: { icon: '✗', title: 'Violation' },
  inconclusive: { icon: '?', title: 'Inconclusive' },
  vacuous: { icon: '○', title: 'Vacuous' },
  error: { icon: '!', title: 'Error' },
};

export const VERDICT_WORDS: Readonly<Record<Verdict, { icon: string; title: string }>> = {
  valid: { icon: '✓', title: 'valid' },
  invalid: { icon: '✗', title: 'invalid' },
  unknown: { icon: '?', title: 'unknown' },
};
