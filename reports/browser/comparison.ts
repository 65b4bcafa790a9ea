import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LogarithmicScale,
  Tooltip,
  type ChartDataset,
  type ChartOptions,
  type Plugin,
} from 'chart.js';
import type { ChartBar, ComparisonChart, ComparisonChartData } from '../comparison/chart-data.js';
import { formatMilliseconds } from './charts.js';
import { readTheme, type Theme } from './theme.js';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Legend,
  LinearScale,
  LogarithmicScale,
  Tooltip,
);

/** Between a bar's end and what stands behind it, and between that and the edge, in pixels. */
const GAP = 6;
/** Names of groups take no more of a chart's width. */
const LABEL_SHARE = 0.4;

/** Draws every chart of a comparison; the function draws them anew in the page's colours of then. */
export function drawComparison(data: ComparisonChartData): () => void {
  const drawn = data.charts.flatMap((plan) => {
    const canvas = document.getElementById(plan.id) as HTMLCanvasElement | null;
    return canvas === null ? [] : [{ plan, chart: createBars(canvas, plan, data) }];
  });
  return () => {
    for (const { plan, chart } of drawn) {
      chart.data.datasets = datasetsOf(plan, data, readTheme());
      chart.options = optionsOf(plan, readTheme());
      chart.update();
    }
  };
}

function createBars(
  canvas: HTMLCanvasElement,
  plan: ComparisonChart,
  data: ComparisonChartData,
): Chart<'bar'> {
  const theme = readTheme();
  Chart.defaults.font.family = theme.font;
  return new Chart(canvas, {
    type: 'bar',
    data: {
      labels: data.groups.map(({ label }) => linesOf(label)),
      datasets: datasetsOf(plan, data, theme),
    },
    options: optionsOf(plan, theme),
    plugins: [whiskersPlugin(plan)],
  });
}

function datasetsOf(
  { series, colour }: ComparisonChart,
  { groups }: ComparisonChartData,
  theme: Theme,
): ChartDataset<'bar'>[] {
  const targets = [...new Set(groups.map(({ target }) => target))];
  const ofTarget = (target: string): string =>
    theme.series[targets.indexOf(target) % theme.series.length];
  return series.map(({ name, bars }, index) => ({
    label: name,
    data: bars.map((bar) => bar?.median ?? null),
    backgroundColor: groups.map(({ target, standing }) => {
      if (colour === 'standing') return theme.standing(standing);
      if (colour === 'target') return ofTarget(target);
      return shade(ofTarget(target), 1 - index / series.length);
    }),
    borderRadius: 3,
    barPercentage: 0.84,
    categoryPercentage: 0.82,
  }));
}

/** Series of one target are told apart by how strong its colour is, and by their order. */
function shade(colour: string, strength: number): string {
  return `color-mix(in srgb, ${colour} ${String(Math.round(100 * strength))}%, transparent)`;
}

function optionsOf(plan: ComparisonChart, theme: Theme): ChartOptions<'bar'> {
  const { unit, scale, series } = plan;
  return {
    indexAxis: 'y',
    animation: false,
    maintainAspectRatio: false,
    layout: { padding: { right: longestText(plan, theme) + 2 * GAP } },
    plugins: {
      legend: { display: false },
      tooltip: {
        callbacks: {
          label: ({ datasetIndex, dataIndex }) =>
            describe(series[datasetIndex].name, series[datasetIndex].bars[dataIndex], unit),
        },
      },
    },
    scales: {
      x: {
        type: scale,
        beginAtZero: true,
        suggestedMax: largest(plan),
        grid: { color: theme.grid },
        border: { display: false },
        ticks: {
          color: theme.text,
          maxTicksLimit: 6,
          maxRotation: 0,
          callback: (value) => tick(Number(value), plan),
        },
      },
      y: {
        afterFit: (axis) => {
          axis.width = Math.min(axis.width, LABEL_SHARE * axis.chart.width);
        },
        grid: { display: false },
        ticks: { color: theme.text, font: { size: 13 }, autoSkip: false },
      },
    },
  };
}

/** The target and its mode, one above the other. */
function linesOf(label: string): string[] {
  const [target, ...mode] = label.split(' ');
  return mode.length > 0 ? [target, mode.join(' ')] : [target];
}

/** What stands behind a bar; which series it is of, where there are several. */
function textOf({ series }: ComparisonChart, name: string, bar: ChartBar): string {
  return series.length > 1 ? `${name} ${bar.text}` : bar.text;
}

const barFont = (theme: Theme): string => `12px ${theme.font}`;

/** How wide the longest of these texts is, in pixels. */
function longestText(plan: ComparisonChart, theme: Theme): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return 0;
  context.font = barFont(theme);
  const texts = plan.series.flatMap(({ name, bars }) =>
    bars.map((bar) => (bar === null ? '' : textOf(plan, name, bar))),
  );
  return Math.max(...texts.map((text) => context.measureText(text).width));
}

/** An axis with nothing on it still needs an end: one percent, or one of anything. */
function largest({ series, unit }: ComparisonChart): number {
  const most = series.flatMap(({ bars }) => bars.map((bar) => bar?.most ?? 0));
  return Math.max(unit === 'share' ? 0.01 : 1, ...most);
}

const ofUnit: Readonly<Record<ComparisonChart['unit'], (value: number) => string>> = {
  count: (value) => new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 }).format(value),
  share: (value) => `${String(Number((100 * value).toPrecision(3)))} %`,
  milliseconds: (value) => (value === 0 ? '0' : formatMilliseconds(value)),
};

/** On a logarithmic axis only powers of ten are named. */
function tick(value: number, { scale, unit }: ComparisonChart): string {
  const exponent = Math.log10(value);
  if (scale === 'logarithmic' && Math.abs(exponent - Math.round(exponent)) > 1e-6) return '';
  return ofUnit[unit](value);
}

function describe(name: string, bar: ChartBar | null, unit: ComparisonChart['unit']): string {
  if (bar === null) return name;
  const [median, least, most] = [bar.median, bar.least, bar.most].map(ofUnit[unit]);
  return least === most ? `${name}: ${median}` : `${name}: ${median} (${least} to ${most})`;
}

/** From the least to the most of each bar, and what the bar says behind it. */
function whiskersPlugin(plan: ComparisonChart): Plugin<'bar'> {
  return {
    id: 'whiskers',
    afterDatasetsDraw: (chart) => {
      const { ctx, scales } = chart;
      const theme = readTheme();
      ctx.save();
      ctx.font = barFont(theme);
      ctx.textBaseline = 'middle';
      ctx.lineWidth = 1.5;
      plan.series.forEach(({ name, bars }, index) => {
        const { data } = chart.getDatasetMeta(index);
        bars.forEach((bar, at) => {
          if (bar === null) return;
          const { y } = data[at];
          const end = drawWhisker(ctx, bar, y, theme, (value) => clampX(scales.x, value));
          ctx.fillStyle = theme.strong;
          ctx.fillText(textOf(plan, name, bar), end + GAP, y);
        });
      });
      ctx.restore();
    },
  };
}

function clampX(scale: Chart['scales'][string], value: number): number {
  const x = scale.getPixelForValue(value);
  return Number.isFinite(x) ? Math.max(scale.left, Math.min(scale.right, x)) : scale.left;
}

/** Returns where its right end is. */
function drawWhisker(
  ctx: CanvasRenderingContext2D,
  { least, most, median }: ChartBar,
  y: number,
  theme: Theme,
  place: (value: number) => number,
): number {
  const [left, right] = [place(least), place(most)];
  if (right - left < 2) return place(median);
  ctx.strokeStyle = theme.strong;
  ctx.beginPath();
  for (const x of [left, right]) {
    ctx.moveTo(x, y - 4);
    ctx.lineTo(x, y + 4);
  }
  ctx.moveTo(left, y);
  ctx.lineTo(right, y);
  ctx.stroke();
  return right;
}
