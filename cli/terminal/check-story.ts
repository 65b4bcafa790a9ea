import type { JudgedHistory } from '../../campaigns/check/check.js';
import { evidenceOf } from '../../checkers/evidence.js';
import type { LinearizabilityEvidence } from '../../checkers/linearizability/core/evidence.js';
import type { HistoryError } from '../../harness/history/history-error.js';
import { type CheckResult, composeVerdicts } from '../../harness/verdict.js';
import { formatTable } from '../../reports/console/table.js';
import { violationLines } from '../../reports/console/violation.js';
import type { Output } from './output.js';

/** Steps of an order that are printed for one key; the rest is counted. */
const STEPS_SHOWN = 40;

/** What was found in one history, for a person: each checker's story, and of several what they come to together. */
export function checkStory(
  { checks, outcome, sentence }: JudgedHistory,
  explain: boolean,
  output: Output,
): string[] {
  const stories = checks.map((check) => storyOf(check, explain, output));
  if (stories.length === 1) return stories[0];
  return [...stories.flat(), '', `${outcome}: ${sentence}`];
}

/** The evidence, the verdict, which engines answered and why. */
function storyOf(check: CheckResult, explain: boolean, { color, columns }: Output): string[] {
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

/** Many files, one row each. */
export function checkTable(
  files: readonly (JudgedHistory | { path: string; refusal: HistoryError })[],
): string[] {
  return formatTable(
    [
      { title: 'history' },
      { title: 'operations', align: 'right' },
      { title: 'verdict' },
      { title: 'ms', align: 'right' },
      { title: 'what was found' },
    ],
    files.map((file) => {
      if ('refusal' in file) return [file.path, '', 'unreadable', '', file.refusal.message];
      const { operations, checks, elapsedMs, sentence } = file;
      const verdict = composeVerdicts(checks.map((check) => check.verdict));
      return [file.file ?? '', String(operations), verdict, elapsedMs.toFixed(0), sentence];
    }),
  );
}
