import type { CheckContext, Checker } from '../contracts/checker.js';
import { withKind } from '../evidence.js';
import type { History } from '../history/operation.js';
import type { CheckResult } from '../verdict.js';

/** Runs one checker after the other. One that throws has no opinion: `unknown`, and says what it threw. */
export async function checkHistory(
  checkers: readonly Checker[],
  history: History,
  context: CheckContext,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const checker of checkers) {
    results.push(await runChecker(checker, history, context));
  }
  return results;
}

async function runChecker(
  checker: Checker,
  history: History,
  context: CheckContext,
): Promise<CheckResult> {
  try {
    return saysItsKind(await checker.check(history, context));
  } catch (error) {
    return {
      checker: checker.name,
      verdict: 'unknown',
      unknownReason: 'checker failed',
      summary: `The checker itself failed: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** A checker that was written in plain JavaScript, or before evidence had kinds, need not name one. */
function saysItsKind(result: CheckResult): CheckResult {
  const { checker, evidence } = result;
  return evidence === undefined ? result : { ...result, evidence: withKind(checker, evidence) };
}
