import { countFaults, faultSpans } from '../data/faults.js';
import { figuresOf } from '../data/figures.js';
import { formatCount, formatShare } from '../../harness/text/numbers.js';
import { formatDuration } from '../../harness/text/time.js';
import { viewOf } from '../evidence/registry.js';
import type { ReportData } from '../data/report-data.js';
import { OUTCOME_WORDS, VERDICT_WORDS } from '../text/words.js';

const OUTCOME_EMOJI = {
  pass: '✅',
  violation: '❌',
  inconclusive: '❔',
  vacuous: '⭕',
  error: '⚠️',
} as const;

/** A run in GitHub's Markdown, as the summary of a CI job. */
export function markdownSummary(data: ReportData): string {
  const { run, outcome } = data;
  const title = `${OUTCOME_EMOJI[outcome.outcome]} ${OUTCOME_WORDS[outcome.outcome].title}`;
  return [
    `## ${title}: ${escapeMarkdown(`${run.target} ${run.version}, ${run.workload}, seed ${String(run.seed)}`)}`,
    escapeMarkdown(outcome.sentence),
    figuresTable(data),
    checksTable(data),
    ...violations(data),
    `Replay:\n\n${fence(run.replayCommand, 'sh')}`,
    `Run folder: ${escapeMarkdown(run.directory)}`,
    '',
  ].join('\n\n');
}

function figuresTable({ operations, schedule }: ReportData): string {
  const { total, okPerSecond } = figuresOf(operations);
  const spans = faultSpans(schedule);
  const latencies = total.latencies;
  return table(
    ['Operations', 'ok', 'failed', 'uncertain', 'ok per second', 'median', 'p99', 'Faults'],
    [
      [
        formatCount(total.count),
        `${formatCount(total.ok)} (${formatShare(total.ok, total.count)})`,
        formatCount(total.fail),
        formatCount(total.info),
        formatCount(okPerSecond),
        latencies ? formatDuration(latencies.p50) : '–',
        latencies ? formatDuration(latencies.p99) : '–',
        countFaults(spans) || 'none',
      ],
    ],
  );
}

function checksTable({ checks }: ReportData): string {
  if (checks.length === 0) return 'Nothing was checked.';
  return table(
    ['Check', 'Verdict', 'Summary'],
    checks.map(({ checker, verdict, unknownReason, summary }) => {
      const { icon, title } = VERDICT_WORDS[verdict];
      const reason = unknownReason === undefined ? '' : ` (${unknownReason})`;
      return [checker, `${icon} ${title}${reason}`, summary];
    }),
  );
}

function violations({ checks }: ReportData): string[] {
  return checks.flatMap((check) => {
    const lines = viewOf(check)?.violationLines({ color: false }) ?? [];
    return lines.length > 0 ? [fence(lines.join('\n'), 'text')] : [];
  });
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [line(titles), `|${' --- |'.repeat(titles.length)}`, ...rows.map(line)].join('\n');
}

/** A block of code; its fence is longer than any in the text. */
function fence(text: string, language: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce(
    (most, ticks) => Math.max(most, ticks.length),
    2,
  );
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${text}\n${ticks}`;
}

/** Text that Markdown shows as it is, on one line: no markup, no HTML, no mention, no link. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\n\r]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@/g, '&#64;')
    .replace(/[\\`*_{}[\]#|~]/g, '\\$&')
    .replace(/(https?):\/\//g, '$1:&#47;&#47;');
}
