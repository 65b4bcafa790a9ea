import type { AvailabilityEvidence } from '../../../checkers/availability/evidence.js';
import { formatTable } from '../../console/table.js';
import { describeFault } from '../../data/faults.js';
import { formatCount, formatShare } from '../../../harness/text/numbers.js';
import { formatDuration, formatTime } from '../../../harness/text/time.js';
import { printable } from '../../../harness/text/sentences.js';
import type { KeyFigure, ViewMaker } from '../view/view.js';

/** How long clients had to wait at worst. What it measured stands beside the faults and in the charts. */
export const availabilityView: ViewMaker<AvailabilityEvidence> = (evidence) => ({
  sentence: sentenceOf(evidence),
  violationLines: () => [],
  explanationLines: () => ['', sentenceOf(evidence), ...recoveryLines(evidence)],
  keyFigures: () => [waitFigure(evidence)],
});

function sentenceOf({ okShare, longestGap }: AvailabilityEvidence): string {
  const gap = longestGap
    ? `${formatDuration(longestGap.milliseconds * 1e6)}, from ${formatTime(longestGap.fromTime)} on`
    : 'none';
  return `Of the operations that ended ${formatShare(okShare, 1)} succeeded; the longest time without a success: ${gap}.`;
}

function waitFigure({ recoveries, longestGap }: AvailabilityEvidence): KeyFigure {
  const gap = longestGap ? formatDuration(longestGap.milliseconds * 1e6) : 'none';
  if (recoveries.length === 0) {
    return { label: 'Longest gap', value: gap, note: 'in which nothing succeeded' };
  }
  const lost = recoveries.some(({ recoveryMs }) => recoveryMs === null);
  const slowest = Math.max(...recoveries.map(({ recoveryMs }) => recoveryMs ?? 0));
  return {
    label: 'Slowest recovery',
    value: lost ? 'never' : formatDuration(slowest * 1e6),
    note: `longest gap ${gap}`,
  };
}

function recoveryLines({ recoveries }: AvailabilityEvidence): string[] {
  if (recoveries.length === 0) return [];
  const lines = formatTable(
    [
      { title: 'fault' },
      { title: 'injected', align: 'right' },
      { title: 'healed', align: 'right' },
      { title: 'ok meanwhile', align: 'right' },
      { title: 'recovery', align: 'right' },
    ],
    recoveries.map(({ fault, variant, nodes, injectedAt, healedAt, okDuring, recoveryMs }) => [
      printable(describeFault({ fault, variant: variant ?? '', nodes })),
      formatTime(injectedAt),
      healedAt === null ? 'never' : formatTime(healedAt),
      formatCount(okDuring),
      recoveryMs === null ? 'never' : formatDuration(recoveryMs * 1e6),
    ]),
  );
  return lines.map((line) => `  ${line}`);
}
