import type { Chart, Plugin } from 'chart.js';
import type { ChartBand, ChartMark } from '../data/chart-data.js';
import { assignLanes } from '../timeline/lanes.js';
import type { Theme } from './theme.js';

const LANE_HEIGHT = 20;
const BAR_HEIGHT = 4;

/** The room above a chart that its labelled bands need, in pixels. */
export function lanesHeight(bands: readonly ChartBand[]): number {
  return Math.max(0, ...assignLanes(bands).map((lane) => lane + 1)) * LANE_HEIGHT + 4;
}

/** Shades the faults behind a chart, marks the parts of the run, and names each where `labelled`. */
export function bandsPlugin(
  { bands, marks }: { bands: readonly ChartBand[]; marks: readonly ChartMark[] },
  theme: () => Theme,
  labelled: boolean,
): Plugin {
  const lanes = assignLanes(bands);
  return {
    id: 'bands',
    beforeDatasetsDraw: (chart) => {
      const colours = theme();
      const row = (i: number): LabelRow => ({ lane: lanes[i], until: nextStart(bands, lanes, i) });
      bands.forEach((band, i) => drawBand(chart, band, labelled ? row(i) : undefined, colours));
      marks.forEach((mark, row) => drawMark(chart, mark, colours, labelled ? row : undefined));
    },
  };
}

/** Names stand in rows of their own: healing and final operations are often close together. */
function drawMark(chart: Chart, mark: ChartMark, theme: Theme, row: number | undefined): void {
  const { ctx, chartArea, scales } = chart;
  if (mark.at < scales.x.min || mark.at > scales.x.max) return;
  const x = scales.x.getPixelForValue(mark.at);
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = theme.text;
  ctx.setLineDash([3, 3]);
  ctx.beginPath();
  ctx.moveTo(x, chartArea.top);
  ctx.lineTo(x, chartArea.bottom);
  ctx.stroke();
  ctx.font = `11px ${theme.font}`;
  ctx.textBaseline = 'top';
  const room = chartArea.right - x > ctx.measureText(mark.label).width + 6;
  ctx.textAlign = room ? 'left' : 'right';
  const y = chartArea.top + 2 + 13 * (row ?? 0);
  if (row !== undefined) ctx.fillText(mark.label, x + (room ? 3 : -3), y);
  ctx.restore();
}

/** Where a band's label stands, and where the next one of its row begins. */
interface LabelRow {
  lane: number;
  until: number;
}

function nextStart(bands: readonly ChartBand[], lanes: readonly number[], index: number): number {
  const { start } = bands[index];
  const later = bands.filter((band, i) => lanes[i] === lanes[index] && band.start > start);
  return Math.min(...later.map((band) => band.start));
}

function drawBand(chart: Chart, band: ChartBand, row: LabelRow | undefined, theme: Theme): void {
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
  if (row !== undefined) {
    const top = chartArea.top - LANE_HEIGHT * (row.lane + 1);
    const room = clamp(scales.x.getPixelForValue(Math.min(row.until, max))) - left;
    drawLabel(ctx, band, { left, width, top, room }, theme);
  }
  ctx.restore();
}

/** A bar as long as the fault, and above it the name, which may be longer: up to where the next one begins. */
function drawLabel(
  ctx: CanvasRenderingContext2D,
  band: ChartBand,
  { left, width, top, room }: { left: number; width: number; top: number; room: number },
  theme: Theme,
): void {
  ctx.fillRect(left, top + LANE_HEIGHT - 2 - BAR_HEIGHT, width, BAR_HEIGHT);
  ctx.font = `600 11px ${theme.font}`;
  ctx.textBaseline = 'alphabetic';
  const label = fit(ctx, band.label, room - 2);
  if (label) ctx.fillText(label, left, top + LANE_HEIGHT - 4 - BAR_HEIGHT);
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
