import type { StatisticsEvidence } from '../../../checkers/statistics/evidence.js';
import { formatTable } from '../../console/table.js';
import { enumerate, printable } from '../../../harness/text/sentences.js';
import { formatCount, plural } from '../../../harness/text/numbers.js';
import { formatDuration } from '../../../harness/text/time.js';
import type { ViewMaker } from '../view/view.js';

/** How often and how fast. A report counts the history itself, more finely; a terminal has no other table. */
export const statisticsView: ViewMaker<StatisticsEvidence> = (evidence) => ({
  sentence: sentenceOf(evidence),
  violationLines: () => [],
  explanationLines: () => ['', printable(sentenceOf(evidence)), ...groupLines(evidence)],
});

function sentenceOf({ operations, durationSeconds, neverSucceeded }: StatisticsEvidence): string {
  const missing =
    neverSucceeded.length === 0 ? '' : `; no ${enumerate(neverSucceeded)} ever succeeded`;
  return `${plural(operations, 'operation')} in ${formatDuration(durationSeconds * 1e9)}${missing}.`;
}

function groupLines({ groups }: StatisticsEvidence): string[] {
  if (groups.length === 0) return [];
  const numbers = ['ok', 'fail', 'info', 'ok/s', 'p50', 'p90', 'p99', 'p99.9', 'longest'];
  const lines = formatTable(
    [
      { title: 'operation' },
      { title: 'node' },
      ...numbers.map((title) => ({ title, align: 'right' as const })),
    ],
    groups.map(({ f, node, ok, fail, info, okPerSecond, latencyMs }) => {
      const { p50, p90, p99, p999, max } = latencyMs ?? {};
      const times = [p50, p90, p99, p999, max].map((ms) =>
        ms === undefined ? '–' : formatDuration(ms * 1e6),
      );
      const counts = [ok, fail, info, okPerSecond].map(formatCount);
      return [printable(f), node === null ? 'all' : printable(node), ...counts, ...times];
    }),
  );
  return lines.map((line) => `  ${line}`);
}
