import type { CheckResult, Outcome } from '../../harness/verdict.js';
import { countFaults, faultSpans, type FaultSpan, releasesRun } from '../data/faults.js';
import { figuresOf } from '../data/figures.js';
import { enumerate, printable } from '../../harness/text/sentences.js';
import { formatCount, formatShare, plural } from '../../harness/text/numbers.js';
import { formatDuration } from '../../harness/text/time.js';
import type { ReportData } from '../data/report-data.js';
import { OUTCOME_WORDS } from '../text/words.js';
import { colours, type Colours } from './screen.js';

export const OUTCOME_COLOURS: Readonly<
  Record<Outcome, (paint: Colours) => (text: string) => string>
> = {
  pass: (paint) => paint.green,
  violation: (paint) => paint.red,
  inconclusive: (paint) => paint.yellow,
  vacuous: (paint) => paint.cyan,
  error: (paint) => paint.magenta,
};

/**
 * A run in exactly five lines: the outcome and why, what was checked, what the faults did, where the
 * report is, and the command that replays it.
 */
export function summaryLines(data: ReportData, options: { color: boolean }): string[] {
  const paint = colours(options.color);
  const { outcome, sentence } = data.outcome;
  const { icon, title } = OUTCOME_WORDS[outcome];
  const head = paint.bold(OUTCOME_COLOURS[outcome](paint)(`${icon} ${title}`));
  const field = (name: string, text: string): string =>
    `${paint.dim(name.padEnd(9))}${printable(text)}`;
  return [
    `${head}: ${printable(sentence)}`,
    field('Checked', checkedSentence(data)),
    field('Faults', faultsSentence(faultSpans(data.schedule), data.run.faults)),
    field('Report', data.unwritten ? 'could not be written' : `${data.run.directory}/report.html`),
    field('Replay', data.run.replayCommand),
  ];
}

function checkedSentence({ operations, checks, run }: ReportData): string {
  const { total, firstTime, lastTime } = figuresOf(operations);
  const done =
    `${plural(total.count, 'operation')} by ${plural(run.concurrency, 'client')} in ` +
    `${formatDuration(lastTime - firstTime)} (${formatShare(total.ok, total.count)} ok, ` +
    `${formatCount(total.fail)} failed, ${formatCount(total.info)} uncertain)`;
  return `${done}: ${checks.map(verdictInWords).join(', ') || 'nothing could be checked'}`;
}

function verdictInWords({ checker, verdict, unknownReason }: CheckResult): string {
  return `${checker} ${verdict}${unknownReason === undefined ? '' : ` (${unknownReason})`}`;
}

function faultsSentence(spans: readonly FaultSpan[], planned: readonly string[]): string {
  if (spans.length === 0) {
    return planned.length === 0
      ? 'none were asked for'
      : `none was carried out, of ${planned.join(', ')}`;
  }
  const idle = spans.filter(({ tookEffect }) => !tookEffect);
  const sick = spans.filter(({ healed }) => !healed);
  const some = (few: readonly FaultSpan[]): string =>
    few.length === spans.length ? 'none' : `not ${countFaults(few)}`;
  const releases = releasesRun(spans);
  return enumerate([
    `${countFaults(spans)} carried out`,
    ...(releases === undefined ? [] : [`nodes ran ${releases}`]),
    idle.length === 0 ? 'each seen to take effect' : `${some(idle)} seen to take effect`,
    sick.length === 0 ? 'each seen healed' : `${some(sick)} seen healed`,
  ]);
}
