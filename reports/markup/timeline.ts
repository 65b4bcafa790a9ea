import {
  layOutTimeline,
  nameLane,
  type Timeline,
  type TimelineBar,
  type TimelineOperation,
} from '../timeline/timeline-layout.js';
import { html, type Html } from './escape.js';

const LANE = 58;
const BAR = 26;
const AXIS = 30;

/** Widths of the report's label font: generous, because fonts differ and a label must fit its bar. */
const METRICS = {
  labelWidth: ({ label, stuck }: TimelineOperation): number =>
    Math.ceil(stuck ? 8.4 * (label.length + 2) : 7.6 * label.length) + 30,
  gap: 22,
};

const MEANING = {
  ok: 'ok',
  fail: 'failed, and certainly had no effect',
  info: 'no certain answer: it may take effect at any later time',
} as const;

/**
 * The timeline of a few operations as a figure: one lane per process, or for several that came one after the other, a bar from invocation to
 * completion, and numbered points for the order that was found. Every bar can be reached with Tab and says
 * what it is; a table under the figure says the same in words.
 */
export function renderTimeline(operations: readonly TimelineOperation[], title: string): Html {
  const timeline = layOutTimeline(operations, METRICS);
  return html`<figure class="timeline">
      <div class="timeline-frame" role="region" aria-label="${title}" tabindex="0">
        <div class="lanes" aria-hidden="true">
          ${timeline.lanes.map((lane) => html`<div class="lane-name">${nameLane(lane)}</div>`)}
        </div>
        ${renderPicture(timeline, title)}
      </div>
      <p class="timeline-detail" aria-live="polite">
        Point at a bar, or reach it with Tab, to read what it was.
      </p>
      <figcaption>
        Time runs to the right; distances are stretched and squeezed, the order is exact. A bar
        reaches from the invocation to the answer; one that fades out never got a certain answer.
        Numbered points are the longest order that explains all results so far.
        <strong class="stuck-word">Striped bars with a cross</strong> are the operations that fit
        nowhere after it.
      </figcaption>
    </figure>
    <details>
      <summary>The same as a table</summary>
      ${renderTable(operations)}
    </details>`;
}

/** The patterns that all timelines of a page use; to be put into it once. */
export const TIMELINE_PATTERNS = html`<svg class="patterns" width="0" height="0" aria-hidden="true">
  <defs>
    <linearGradient id="fade" x1="0" x2="1" y1="0" y2="0">
      <stop offset="0.55" stop-color="#fff" />
      <stop offset="1" stop-color="#fff" stop-opacity="0" />
    </linearGradient>
    <mask id="open-end" maskContentUnits="objectBoundingBox">
      <rect width="1" height="1" fill="url(#fade)" />
    </mask>
    <pattern
      id="stripes"
      width="7"
      height="7"
      patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"
    >
      <rect class="stripe-ground" width="7" height="7" />
      <rect class="stripe" width="2.5" height="7" />
    </pattern>
  </defs>
</svg>`;

function renderPicture(timeline: Timeline, title: string): Html {
  const height = timeline.lanes.length * LANE + AXIS;
  const { width } = timeline;
  return html`<svg
    role="group"
    aria-label="${title}"
    width="${width}"
    height="${height}"
    viewBox="0 0 ${width} ${height}"
  >
    ${timeline.lanes.map(
      (_, lane) =>
        html`<line
          class="lane"
          x1="0"
          x2="${width}"
          y1="${lane * LANE + LANE / 2}"
          y2="${lane * LANE + LANE / 2}"
        />`,
    )}
    ${renderOrder(timeline)} ${timeline.bars.map(renderBar)} ${renderPoints(timeline)}
    ${renderAxis(timeline, height - AXIS)}
  </svg>`;
}

function renderBar(bar: TimelineBar): Html {
  const { operation } = bar;
  const y = bar.lane * LANE + (LANE - BAR) / 2;
  const classes = `bar ${operation.type}${operation.stuck ? ' stuck' : ''}`;
  const text = describe(operation);
  const mark = operation.stuck ? '✗ ' : '';
  return html`<g
    class="${classes}"
    tabindex="0"
    role="img"
    aria-label="${text}"
    data-detail="${text}"
  >
    <title>${text}</title>
    <rect
      x="${bar.x}"
      y="${y}"
      width="${bar.width}"
      height="${BAR}"
      rx="5"
      ${bar.open ? html`mask="url(#open-end)"` : ''}
    />
    <text x="${bar.x + 9}" y="${y + BAR / 2}" dominant-baseline="central"
      >${mark}${operation.label}</text
    >
    ${bar.open ? html`<text class="open-mark" x="${bar.x + bar.width - 16}" y="${y + BAR / 2}" dominant-baseline="central">→</text>` : ''}
  </g>`;
}

interface OrderPoint {
  x: number;
  y: number;
  number: number;
}

function orderPoints(timeline: Timeline): OrderPoint[] {
  return timeline.bars
    .flatMap(({ point, lane, operation: { order } }) =>
      point === undefined || order === undefined
        ? []
        : [{ x: point, y: lane * LANE + (LANE + BAR) / 2 + 3, number: order + 1 }],
    )
    .sort((a, b) => a.number - b.number);
}

function renderOrder(timeline: Timeline): Html {
  const path = orderPoints(timeline).map(({ x, y }) => `${String(x)},${String(y)}`);
  return html`<polyline class="order" points="${path.join(' ')}" />`;
}

function renderPoints(timeline: Timeline): Html {
  const points = orderPoints(timeline).map(
    ({ x, y, number }) =>
      html`<circle cx="${x}" cy="${y}" r="8.5" />
        <text x="${x}" y="${y}" dominant-baseline="central">${number}</text>`,
  );
  return html`<g class="points" aria-hidden="true">${points}</g>`;
}

/** The times under the picture, as many as have room. */
function renderAxis(timeline: Timeline, y: number): Html {
  let free = 0;
  const ticks = timeline.ticks.flatMap(({ x, name }) => {
    if (x < free) return [];
    free = x + 84;
    return [
      html`<line x1="${x}" x2="${x}" y1="0" y2="${y + 6}" />
        <text x="${x + 4}" y="${y + 18}">${name}</text>`,
    ];
  });
  return html`<g class="axis" aria-hidden="true">${ticks}</g>`;
}

function renderTable(operations: readonly TimelineOperation[]): Html {
  const rows = [...operations].sort((a, b) => a.call - b.call);
  return html`<div class="scroll" role="region" aria-label="The operations as a table" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Process</th>
          <th scope="col">Operation</th>
          <th scope="col" class="number">Invoked</th>
          <th scope="col" class="number">Answered</th>
          <th scope="col">Ended</th>
          <th scope="col">Place in the order</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (operation) =>
            html`<tr class="${operation.stuck ? 'stuck-row' : ''}">
              <td>${operation.process}</td>
              <td><code>${operation.label}</code></td>
              <td class="number">${operation.invoked}</td>
              <td class="number">${operation.answered}</td>
              <td>${operation.type}</td>
              <td>${placeInWords(operation)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function placeInWords({ stuck, order }: TimelineOperation): string {
  if (stuck) return '✗ fits nowhere';
  return order === undefined ? '' : String(order + 1);
}

function describe(operation: TimelineOperation): string {
  const place = placeInWords(operation);
  return [
    `process ${String(operation.process)}: ${operation.label}`,
    `${operation.invoked} to ${operation.answered}`,
    MEANING[operation.type],
    ...(place ? [operation.stuck ? place : `number ${place} in the order found`] : []),
    ...(operation.detail ? [operation.detail] : []),
  ].join(' · ');
}
