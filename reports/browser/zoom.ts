import type { Chart } from 'chart.js';
import type { Range } from './range.js';

/** Less than this many pixels is a click, not a choice. */
const LEAST_DRAG = 6;

/** Lets a person choose a part of the time by dragging over a chart; a double click takes it back. */
export function enableZoom(chart: Chart, choose: (range: Range) => void, reset: () => void): void {
  const { canvas } = chart;
  const selection = document.createElement('div');
  selection.className = 'selection';
  selection.hidden = true;
  canvas.parentElement?.append(selection);
  let from: number | undefined;

  const show = (to: number): void => {
    const { top, bottom } = chart.chartArea;
    const [left, right] = [Math.min(from ?? to, to), Math.max(from ?? to, to)];
    selection.hidden = right - left < LEAST_DRAG;
    selection.style.cssText = `left:${px(left)};width:${px(right - left)};top:${px(top)};height:${px(bottom - top)}`;
  };
  const inside = (event: PointerEvent): number =>
    Math.min(chart.chartArea.right, Math.max(chart.chartArea.left, event.offsetX));

  canvas.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    from = inside(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (from !== undefined) show(inside(event));
  });
  canvas.addEventListener('pointerup', (event) => {
    if (from === undefined) return;
    const [left, right] = [from, inside(event)].sort((a, b) => a - b);
    from = undefined;
    selection.hidden = true;
    const { x } = chart.scales;
    if (right - left < LEAST_DRAG) return;
    choose({ min: Number(x.getValueForPixel(left)), max: Number(x.getValueForPixel(right)) });
  });
  canvas.addEventListener('dblclick', reset);
}

function px(value: number): string {
  return `${String(Math.round(value))}px`;
}
