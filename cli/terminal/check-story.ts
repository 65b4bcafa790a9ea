import { evidenceOf } from '../../checkers/evidence.js';
import type { LinearizabilityEvidence } from '../../checkers/linearizability/core/evidence.js';
import type { CheckResult } from '../../harness/verdict.js';
import { violationLines } from '../../reports/console/violation.js';
import type { Output } from './output.js';

/** Steps of an order that are printed for one key; the rest is counted. */
const STEPS_SHOWN = 40;

/** What was found in one history, for a person: the evidence, the verdict, which engines answered and why. */
export function checkStory(
  check: CheckResult,
  explain: boolean,
  { color, columns }: Output,
): string[] {
  const { verdict, summary } = check;
  const found = evidenceOf(check, 'linearizability');
  if (found === undefined) return [summary];
  const violation = verdict === 'invalid' ? [...violationLines(found, { color, columns }), ''] : [];
  const orders = explain ? linearizationLines(found) : [];
  return [...violation, summary, ...engineLines(found), ...orders];
}

function engineLines({ engines }: LinearizabilityEvidence): string[] {
  return engines.map(({ engine, why, keys, operations }) => {
    const what = `${operations} operations on ${keys} ${keys === 1 ? 'key' : 'keys'}`;
    return `  ${engine}: ${what}; ${why}`;
  });
}

function linearizationLines({ linearizations }: LinearizabilityEvidence): string[] {
  return linearizations.flatMap(({ key, operations, steps }) => {
    const texts = new Map(operations.map(({ id, text }) => [id, text]));
    const shown = steps.slice(0, STEPS_SHOWN);
    const rest = steps.length - shown.length;
    return [
      '',
      key === null ? 'An order that explains everything:' : `An order that explains key ${key}:`,
      ...shown.map(
        ({ id, state }, index) => `  ${index + 1}. ${texts.get(id) ?? id} (then ${state})`,
      ),
      ...(rest > 0 ? [`  … and ${rest} more`] : []),
    ];
  });
}
