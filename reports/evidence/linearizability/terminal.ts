import type {
  KeyFailure,
  LinearizabilityEvidence,
} from '../../../checkers/linearizability/core/evidence.js';
import { noun, plural } from '../../../harness/text/numbers.js';
import { printable } from '../../../harness/text/sentences.js';
import type { LineOptions } from '../view/view.js';
import { failureTimeline, nameKey } from './timeline.js';
import {
  layOutTimeline,
  nameLane,
  type Timeline,
  type TimelineBar,
  type TimelineOperation,
} from '../../timeline/timeline-layout.js';
import { formatTable } from '../../console/table.js';
import { colours, type Colours } from '../../console/screen.js';
import { cut, displayWidth, pad } from '../../../harness/text/width.js';

/** More operations than this are no longer a picture. */
const DRAWN_OPERATIONS = 24;
const OBSTACLES_SHOWN = 6;
/** Steps of an order that are printed for one key; the rest is counted. */
const STEPS_SHOWN = 40;

/**
 * The operations against the first failing key, as a person reads them: what happened in sentences, a
 * timeline where it fits into `columns`, and a table with times, processes and the order that was found.
 */
export function violationLines(evidence: LinearizabilityEvidence, options: LineOptions): string[] {
  const [failure] = evidence.failures;
  if (!failure) return [];
  const paint = colours(options.color);
  const operations = failureTimeline(failure);
  const others = evidence.failures.length - 1;
  return [
    paint.bold(`No order explains ${printable(nameKey(failure.key))}:`),
    ...failure.sentences.map((sentence) => `  ${printable(sentence)}`),
    '',
    ...drawTimeline(operations, paint, options.columns ?? 100),
    ...tableOf(operations, paint).map((line) => `  ${line}`),
    ...obstacleLines(failure),
    ...(others > 0 ? ['', `  ${plural(others, 'more key')} cannot be explained either.`] : []),
  ];
}

function tableOf(operations: readonly TimelineOperation[], paint: Colours): string[] {
  const rows = [...operations].sort((a, b) => a.call - b.call);
  return formatTable(
    [
      { title: 'process', align: 'right' },
      { title: 'operation' },
      { title: 'invoked', align: 'right' },
      { title: 'answered', align: 'right' },
      { title: 'order', align: 'right' },
    ],
    rows.map((operation) => {
      const { process, label, invoked, answered, stuck, order } = operation;
      const cells = [
        String(process),
        printable(label),
        invoked,
        answered,
        stuck ? 'fits nowhere' : order === undefined ? '' : String(order + 1),
      ];
      return stuck ? cells.map((cell) => paint.red(cell)) : cells;
    }),
  );
}

function obstacleLines({ obstacles }: KeyFailure): string[] {
  if (obstacles.length === 0) return [];
  return [
    '',
    '  Why nothing can come next:',
    ...obstacles.slice(0, OBSTACLES_SHOWN).map(({ sentence }) => `  - ${printable(sentence)}`),
  ];
}

/** One line per process, a bar per operation; nothing where it would not fit. */
function drawTimeline(
  operations: readonly TimelineOperation[],
  paint: Colours,
  columns: number,
): string[] {
  if (operations.length > DRAWN_OPERATIONS) return [];
  const labelWidth = (operation: TimelineOperation): number => displayWidth(nameOf(operation)) + 4;
  const timeline = layOutTimeline(operations, { labelWidth, gap: 1 });
  const names = timeline.lanes.map((lane) => `  ${nameLane(lane)} `);
  const margin = Math.max(...names.map(displayWidth));
  if (margin + timeline.width + 1 > columns) return [];
  return [...names.map((name, lane) => pad(name, margin) + drawLane(timeline, lane, paint)), ''];
}

function nameOf({ label, stuck }: TimelineOperation): string {
  return (stuck ? '✗ ' : '') + printable(label);
}

function drawLane({ bars }: Timeline, lane: number, paint: Colours): string {
  let line = '';
  let column = 0;
  for (const bar of bars.filter((candidate) => candidate.lane === lane)) {
    const start = Math.max(column, Math.round(bar.x));
    const end = Math.round(bar.x + bar.width);
    line += ' '.repeat(start - column) + drawBar(bar, end - start, paint);
    column = end;
  }
  return line;
}

function drawBar({ operation, open }: TimelineBar, width: number, paint: Colours): string {
  const label = cut(nameOf(operation), width - 3);
  const rule = '─'.repeat(Math.max(0, width - displayWidth(label) - 3));
  const text = `├ ${label}${rule}${open ? '┄' : '┤'}`;
  return operation.stuck ? paint.red(text) : text;
}

/** Which engines answered, and why they were chosen. */
export function engineLines({ engines }: LinearizabilityEvidence): string[] {
  return engines.map(({ engine, why, keys, operations }) => {
    const what = `${operations} operations on ${keys} ${noun(keys, 'key')}`;
    return `  ${engine}: ${what}; ${why}`;
  });
}

/** An order for each key, where every key can be explained. */
export function linearizationLines({ linearizations }: LinearizabilityEvidence): string[] {
  return linearizations.flatMap(({ key, operations, steps }) => {
    const texts = new Map(operations.map(({ id, text }) => [id, text]));
    const shown = steps.slice(0, STEPS_SHOWN);
    const rest = steps.length - shown.length;
    return [
      '',
      key === null
        ? 'An order that explains everything:'
        : `An order that explains key ${printable(key)}:`,
      ...shown.map(({ id, state }, index) =>
        printable(`  ${index + 1}. ${texts.get(id) ?? id} (then ${state})`),
      ),
      ...(rest > 0 ? [`  … and ${rest} more`] : []),
    ];
  });
}
