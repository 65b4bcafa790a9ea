import type { Chart, Plugin } from 'chart.js';
import type { ChartBand } from '../chart-data.js';
import type { Theme } from './theme.js';

const LANE_HEIGHT = 18;

/** Bands that overlap go into different lanes; each takes the first lane that is free. */
export function assignLanes(bands: readonly ChartBand[]): number[] {
  const ends: number[] = [];
  return bands.map(({ start, end }) => {
    const free = ends.findIndex((laneEnd) => laneEnd <= start);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = end;
    return lane;
  });
}

/** The room above a chart that its labelled bands need, in pixels. */
export function lanesHeight(bands: readonly ChartBand[]): number {
  return Math.max(0, ...assignLanes(bands).map((lane) => lane + 1)) * LANE_HEIGHT + 4;
}

/** Shades the faults behind a chart, and names each above it where `labelled`. */
export function bandsPlugin(
  bands: readonly ChartBand[],
  theme: () => Theme,
  labelled: boolean,
): Plugin {
  const lanes = assignLanes(bands);
  return {
    id: 'bands',
    beforeDatasetsDraw: (chart) => {
      bands.forEach((band, i) => drawBand(chart, band, lanes[i], theme(), labelled));
    },
  };
}

function drawBand(
  chart: Chart,
  band: ChartBand,
  lane: number,
  theme: Theme,
  labelled: boolean,
): void {
  const { ctx, chartArea, scales } = chart;
  const clamp = (x: number): number => Math.min(chartArea.right, Math.max(chartArea.left, x));
  const left = clamp(scales.x.getPixelForValue(band.start));
  const width = Math.max(2, clamp(scales.x.getPixelForValue(band.end)) - left);
  const { min, max } = scales.x;
  if (band.end < min || band.start > max) return;
  ctx.save();
  ctx.fillStyle = theme.fault(band.fault);
  ctx.globalAlpha = 0.13;
  ctx.fillRect(left, chartArea.top, width, chartArea.bottom - chartArea.top);
  ctx.globalAlpha = 1;
  if (labelled) drawLabel(ctx, band, left, width, chartArea.top - LANE_HEIGHT * (lane + 1), theme);
  ctx.restore();
}

function drawLabel(
  ctx: CanvasRenderingContext2D,
  band: ChartBand,
  left: number,
  width: number,
  top: number,
  theme: Theme,
): void {
  ctx.fillRect(left, top, width, LANE_HEIGHT - 2);
  ctx.fillStyle = theme.onFault;
  ctx.font = `600 11px ${theme.font}`;
  ctx.textBaseline = 'middle';
  const label = fit(ctx, band.label, width - 8);
  if (label) ctx.fillText(label, left + 4, top + LANE_HEIGHT / 2 - 0.5);
}

/** The label, or as much of it as there is room for; nothing rather than a letter or two. */
function fit(ctx: CanvasRenderingContext2D, label: string, width: number): string {
  if (ctx.measureText(label).width <= width) return label;
  const word = label.split(' ')[0];
  if (ctx.measureText(word).width <= width) return word;
  for (let length = word.length - 1; length >= 3; length--) {
    const shortened = `${word.slice(0, length)}…`;
    if (ctx.measureText(shortened).width <= width) return shortened;
  }
  return '';
}
