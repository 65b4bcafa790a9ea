import { countFaults } from '../data/faults.js';
import { formatCount } from '../../harness/text/numbers.js';
import { formatDuration } from '../../harness/text/time.js';
import type { ReportContext } from './context.js';
import { html, type Html } from '../markup/escape.js';

const ZOOM_BUTTONS = [
  ['in', '+', 'Zoom in'],
  ['out', '−', 'Zoom out'],
  ['back', '←', 'Earlier'],
  ['on', '→', 'Later'],
  ['all', 'All', 'Show the whole run'],
] as const;

/** Latency and throughput over time. The page's script draws them; what they say stands here in words. */
export function renderCharts(context: ReportContext): Html {
  if (context.figures.total.count === 0) return html``;
  const [latency, throughput] = describeCharts(context);
  return html`<section>
    <h2>Over time</h2>
    <noscript><p class="note">The charts need JavaScript.</p></noscript>
    <div class="toolbar">
      <p>Drag across a chart to look closer; the coloured bands are the faults.</p>
      <div role="group" aria-label="Part of the time that is shown">
        ${ZOOM_BUTTONS.map(
          ([zoom, sign, name]) =>
            html`<button type="button" data-zoom="${zoom}" aria-label="${name}" title="${name}">
              ${sign}
            </button>`,
        )}
      </div>
    </div>
    <h3>Latency of every operation</h3>
    <div class="chart tall">
      <canvas id="latency-chart" role="img" aria-label="${latency}"></canvas>
    </div>
    <h3>Throughput</h3>
    <div class="chart">
      <canvas id="throughput-chart" role="img" aria-label="${throughput}"></canvas>
    </div>
  </section>`;
}

function describeCharts({ figures, spans }: ReportContext): [string, string] {
  const { total } = figures;
  const faults = spans.length > 0 ? ` Shaded: ${countFaults(spans)}.` : '';
  const latencies = total.latencies
    ? `median ${formatDuration(total.latencies.p50)}, longest ${formatDuration(total.latencies.max)}`
    : 'no operation succeeded';
  return [
    `Latency of ${formatCount(total.count)} operations over time, on a logarithmic axis: ${latencies}.${faults}`,
    `Operations per second over time: ${formatCount(figures.okPerSecond)} ok on average; ` +
      `${formatCount(total.fail)} failed and ${formatCount(total.info)} without a certain answer.${faults}`,
  ];
}
