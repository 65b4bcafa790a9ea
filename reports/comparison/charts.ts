import { formatCount } from '../../harness/text/numbers.js';
import { shorten } from '../../harness/text/sentences.js';
import { html, type Html } from '../markup/escape.js';
import type { ChartBar, ComparisonChart, ComparisonChartData, Standing } from './chart-data.js';
import type { ComparedGroup, Comparison, FigureName } from './comparison.js';
import { FIGURE_WORDS, spreadText } from './words.js';

/** A chart, with the words that say what it shows. */
export interface ChartPlan extends Omit<ComparisonChart, 'series'> {
  title: string;
  note: string;
  figures: readonly FigureName[];
}

export const LOSS_CHARTS: readonly ChartPlan[] = [
  {
    id: 'lost-chart',
    title: 'Acknowledged writes lost',
    note: 'Share of the writes that the system had acknowledged; in brackets, how many.',
    scale: 'linear',
    unit: 'share',
    colour: 'standing',
    figures: ['lostShare'],
  },
];

export const COST_CHARTS: readonly ChartPlan[] = [
  {
    id: 'throughput-chart',
    title: 'Throughput',
    note: 'Successful operations a second, outside of faults.',
    scale: 'linear',
    unit: 'count',
    colour: 'target',
    figures: ['okPerSecond'],
  },
  {
    id: 'latency-chart',
    title: 'Latency',
    note: 'Of successful operations, outside of faults; logarithmic.',
    scale: 'logarithmic',
    unit: 'milliseconds',
    colour: 'series',
    figures: ['p50', 'p99', 'p999'],
  },
];

export const FAULT_CHARTS: readonly ChartPlan[] = [
  {
    id: 'availability-chart',
    title: 'Available under faults',
    note: 'Share of the time under faults in which anything succeeded.',
    scale: 'linear',
    unit: 'share',
    colour: 'target',
    figures: ['availability'],
  },
  {
    id: 'recovery-chart',
    title: 'Slowest recovery',
    note: 'From the healing of a fault to the first success after it.',
    scale: 'linear',
    unit: 'milliseconds',
    colour: 'target',
    figures: ['recoveryMs'],
  },
];

/** What has room beside a chart; the whole label stands in the lists and tables. */
const LABEL_LIMIT = 40;

/** What the page's script needs to draw these charts. */
export function chartData(
  { groups }: Comparison,
  plans: readonly ChartPlan[],
): ComparisonChartData {
  return {
    groups: groups.map((group) => ({
      label: shorten(group.label, LABEL_LIMIT),
      target: group.target,
      standing: standingOf(group),
    })),
    charts: plans.map(({ id, scale, unit, colour, figures }) => ({
      id,
      scale,
      unit,
      colour,
      series: figures.map((name) => ({
        name: FIGURE_WORDS[name].short,
        bars: groups.map((group) => barOf(group, name)),
      })),
    })),
  };
}

/** A place for a chart; where there is no figure to draw, no chart. */
export function renderChart({ groups }: Comparison, plan: ChartPlan): Html | false {
  const { id, title, note, figures } = plan;
  const known = groups.filter((group) => figures.some((name) => group.figures[name] !== null));
  if (known.length === 0) return false;
  const words = known.map(
    (group) =>
      `${group.label}: ${figures.map((name) => spreadText(name, group.figures[name])).join(', ')}`,
  );
  const height = 56 + groups.length * (10 + 24 * figures.length);
  return html`<div class="panel">
    <h3>${title}</h3>
    <p class="small">${note}</p>
    <div class="bars" style="height: ${height}px">
      <canvas id="${id}" role="img" aria-label="${title}. ${words.join('. ')}."></canvas>
    </div>
  </div>`;
}

export function standingOf({ figures, broken }: ComparedGroup): Standing {
  if (figures.lost === null) return 'unknown';
  if (broken > 0) return 'broken';
  return figures.lost.most > 0 ? 'promised' : 'kept';
}

function barOf({ figures }: ComparedGroup, name: FigureName): ChartBar | null {
  const spread = figures[name];
  if (spread === null) return null;
  const text = FIGURE_WORDS[name].format(spread.median);
  if (name !== 'lostShare') return { ...spread, text };
  const lost = formatCount(figures.lost?.median ?? 0);
  return { ...spread, text: spread.most === 0 ? 'none' : `${text} (${lost})` };
}
