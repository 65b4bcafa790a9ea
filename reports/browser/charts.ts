import {
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
  type ChartConfiguration,
  type ChartDataset,
  type ChartOptions,
} from 'chart.js';
import type { ChartBand, ChartMark } from '../data/chart-data.js';
import { bandsPlugin, lanesHeight } from './bands.js';
import { binScatter, binThroughput, binWidth, type ScatterPoint } from './bins.js';
import type { Columns } from './columns.js';
import type { Range } from './range.js';
import { readTheme, type Theme } from './theme.js';

Chart.register(
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
);

const TYPE_LABELS = ['ok', 'fail', 'info (nobody knows)'];
const POINT_STYLES = ['circle', 'triangle', 'crossRot'] as const;
const DASHES = [[], [6, 3], [2, 3]];
/** Rare ones are drawn over the many: chart.js draws a lower order later. */
const DRAW_ORDER = [2, 1, 0];

/** What the charts show: all of it, or the part that was zoomed into. */
export interface View {
  columns: Columns;
  bands: readonly ChartBand[];
  marks: readonly ChartMark[];
  endSeconds: number;
  range: Range;
}

/** "850 µs", "12 ms", "4.5 s". */
export function formatMilliseconds(ms: number): string {
  const [value, unit] = ms < 1 ? [ms * 1e3, 'µs'] : ms < 1e3 ? [ms, 'ms'] : [ms / 1e3, 's'];
  return `${String(Number(value.toPrecision(3)))} ${unit}`;
}

function latencyDatasets(view: View, width: number, theme: Theme): ChartDataset<'scatter'>[] {
  const grid = { columns: Math.max(100, Math.round(width / 2.5)), rows: 120 };
  return TYPE_LABELS.map((label, type) => {
    const data = binScatter(view.columns, type, view.range, grid);
    const colour = theme.types[type];
    return {
      label,
      data,
      order: DRAW_ORDER[type],
      pointStyle: POINT_STYLES[type],
      pointRadius: data.map(({ count }) => (type === 0 ? 1.6 : 3.2) + Math.log10(count)),
      pointHoverRadius: 6,
      backgroundColor: `color-mix(in srgb, ${colour} ${type === 0 ? '55%' : '80%'}, transparent)`,
      borderColor: colour,
      borderWidth: type === 2 ? 1.8 : 0,
    };
  });
}

function throughputDatasets(view: View, theme: Theme): ChartDataset<'line'>[] {
  const width = binWidth(view.range, 120);
  return TYPE_LABELS.map((label, type) => ({
    label,
    data: binThroughput(view.columns, type, view.range, width, view.endSeconds),
    order: DRAW_ORDER[type],
    borderColor: theme.types[type],
    backgroundColor: theme.types[type],
    borderDash: DASHES[type],
    borderWidth: 2,
    pointRadius: 0,
    pointHitRadius: 6,
    pointStyle: POINT_STYLES[type],
    tension: 0.15,
  }));
}

export function createLatencyChart(canvas: HTMLCanvasElement, view: View): Chart {
  const theme = readTheme();
  Chart.defaults.font.family = theme.font;
  const configuration: ChartConfiguration<'scatter'> = {
    type: 'scatter',
    data: { datasets: latencyDatasets(view, canvas.parentElement?.clientWidth ?? 800, theme) },
    options: {
      ...commonOptions(theme),
      layout: { autoPadding: false, padding: { top: lanesHeight(view.bands), right: 14 } },
      scales: {
        x: timeAxis(view.range, theme),
        y: {
          type: 'logarithmic',
          suggestedMax: 1.3 * longest(view.columns),
          afterFit: alignAxis,
          title: { display: true, text: 'latency', color: theme.text },
          grid: { color: theme.grid },
          ticks: { color: theme.text, callback: (value) => decade(Number(value)) },
        },
      },
    },
    plugins: [bandsPlugin(view, readTheme, true) as never],
  };
  configuration.options!.plugins!.tooltip = {
    callbacks: { label: ({ raw }) => describePoint(view.columns, raw as ScatterPoint) },
  };
  return new Chart(canvas, configuration) as Chart;
}

export function createThroughputChart(canvas: HTMLCanvasElement, view: View): Chart {
  const theme = readTheme();
  const configuration: ChartConfiguration<'line'> = {
    type: 'line',
    data: { datasets: throughputDatasets(view, theme) },
    options: {
      ...commonOptions(theme),
      layout: { autoPadding: false, padding: { top: 8, right: 14 } },
      scales: {
        x: timeAxis(view.range, theme),
        y: {
          type: 'linear',
          afterFit: alignAxis,
          beginAtZero: true,
          title: { display: true, text: 'completions per second', color: theme.text },
          grid: { color: theme.grid },
          ticks: { color: theme.text },
        },
      },
    },
    plugins: [bandsPlugin(view, readTheme, false) as never],
  };
  return new Chart(canvas, configuration) as Chart;
}

/** Draws both charts anew for another part of the time, or in other colours. */
export function updateCharts(latency: Chart, throughput: Chart, view: View): void {
  const theme = readTheme();
  latency.data.datasets = latencyDatasets(view, latency.width, theme);
  throughput.data.datasets = throughputDatasets(view, theme);
  for (const chart of [latency, throughput]) {
    const { scales, plugins } = chart.options as ChartOptions<'scatter'>;
    scales!.x = timeAxis(view.range, theme);
    for (const part of [scales!.y!.grid!, scales!.y!.ticks!, scales!.y!.title] as Colourable[]) {
      part.color = part === scales!.y!.grid ? theme.grid : theme.text;
    }
    plugins!.legend!.labels!.color = theme.text;
    chart.update();
  }
}

interface Colourable {
  color: string;
}

function commonOptions(theme: Theme) {
  return {
    animation: false as const,
    maintainAspectRatio: false,
    parsing: false as const,
    normalized: true,
    plugins: {
      legend: {
        position: 'bottom' as const,
        reverse: true,
        labels: { usePointStyle: true, boxHeight: 7, color: theme.text, font: { size: 13 } },
      },
    },
  };
}

/** Both charts give the y axis the same room, so that one moment stands under itself. */
function alignAxis(scale: { width: number }): void {
  scale.width = 76;
}

function timeAxis(range: Range, theme: Theme) {
  return {
    type: 'linear' as const,
    ...range,
    grid: { color: theme.grid },
    ticks: {
      color: theme.text,
      maxRotation: 0,
      includeBounds: false,
      callback: (value: number | string) => `${String(Number(Number(value).toFixed(3)))} s`,
    },
  };
}

function longest({ latency }: Columns): number {
  return latency.reduce((most, value) => Math.max(most, value), 0);
}

/** Names only every power of ten on a logarithmic axis. */
function decade(value: number): string {
  const exponent = Math.log10(value);
  return Math.abs(exponent - Math.round(exponent)) < 1e-6 ? formatMilliseconds(value) : '';
}

function describePoint(columns: Columns, { x, y, count, index }: ScatterPoint): string[] {
  const more = count > 1 ? [`and ${String(count - 1)} more of its type close by`] : [];
  const latency = formatMilliseconds(y);
  return [columns.describe(index), `at ${x.toFixed(3)} s, took ${latency}`, ...more];
}
