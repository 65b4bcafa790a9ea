import { CHART_DATA_ID, type ChartData } from '../data/chart-data.js';
import { COMPARISON_DATA_ID, type ComparisonChartData } from '../comparison/chart-data.js';
import { drawComparison } from './comparison.js';
import { createLatencyChart, createThroughputChart, updateCharts, type View } from './charts.js';
import { unpackOperations } from './columns.js';
import { enableCopyButtons, enableTimelines, fitTimelines } from './page.js';
import { moveRange, type Range } from './range.js';
import { enableZoom } from './zoom.js';

async function drawCharts(): Promise<void> {
  const data = document.getElementById(CHART_DATA_ID);
  const latencyCanvas = document.getElementById('latency-chart') as HTMLCanvasElement | null;
  const throughputCanvas = document.getElementById('throughput-chart') as HTMLCanvasElement | null;
  if (!data?.textContent || !latencyCanvas || !throughputCanvas) return;
  const { operations, bands, marks, startSeconds, endSeconds } = JSON.parse(
    data.textContent,
  ) as ChartData;
  const columns = await unpackOperations(operations);
  const whole = { min: startSeconds, max: endSeconds };
  const view: View = { columns, bands, marks, endSeconds, range: whole };
  const charts = [
    createLatencyChart(latencyCanvas, view),
    createThroughputChart(throughputCanvas, view),
  ] as const;
  const redraw = (): void => {
    updateCharts(...charts, view);
  };
  const choose = (range: Range): void => {
    view.range = range;
    redraw();
  };
  for (const chart of charts) enableZoom(chart, choose, () => choose(whole));
  enableZoomButtons(view, whole, choose);
  followColours(redraw);
}

function enableZoomButtons(view: View, whole: Range, choose: (range: Range) => void): void {
  const { endSeconds } = view;
  const moves: Record<string, () => Range> = {
    in: () => moveRange(view.range, 0.5, 0, endSeconds),
    out: () => moveRange(view.range, 2, 0, endSeconds),
    back: () => moveRange(view.range, 1, -0.5, endSeconds),
    on: () => moveRange(view.range, 1, 0.5, endSeconds),
    all: () => whole,
  };
  for (const button of document.querySelectorAll<HTMLElement>('[data-zoom]')) {
    button.addEventListener('click', () => choose(moves[button.dataset.zoom ?? 'all']()));
  }
}

function drawComparisonCharts(): void {
  const data = document.getElementById(COMPARISON_DATA_ID)?.textContent;
  if (data) followColours(drawComparison(JSON.parse(data) as ComparisonChartData));
}

/** Charts are pictures: they must be drawn anew when the page changes its colours. */
function followColours(redraw: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  const print = (printing: boolean): void => {
    document.documentElement.classList.toggle('printing', printing);
    fitTimelines(printing);
    redraw();
  };
  addEventListener('beforeprint', () => print(true));
  addEventListener('afterprint', () => print(false));
}

enableCopyButtons();
enableTimelines();
drawComparisonCharts();
void drawCharts().finally(() => {
  document.documentElement.dataset.ready = 'true';
});
