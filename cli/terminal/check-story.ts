import type { JudgedHistory } from '../../campaigns/check/check.js';
import type { HistoryError } from '../../harness/history/history-error.js';
import { type CheckResult, composeVerdicts } from '../../harness/verdict.js';
import { formatTable } from '../../reports/console/table.js';
import { violationLines, viewOf } from '../../reports/evidence/registry.js';
import { printable } from '../../harness/text/sentences.js';
import type { Output } from './output.js';

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

/** What speaks against the system, the verdict, what it rests on, and more for those who ask why. */
function storyOf(check: CheckResult, explain: boolean, { color, columns }: Output): string[] {
  const view = viewOf(check);
  const options = { color, columns };
  return [
    ...violationLines([check], options),
    printable(check.summary),
    ...(view?.basisLines?.() ?? []),
    ...(explain ? (view?.explanationLines?.(options) ?? []) : []),
  ];
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
