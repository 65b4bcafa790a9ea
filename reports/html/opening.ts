import { countFaults } from '../data/faults.js';
import { formatCount, formatShare, plural } from '../../harness/text/numbers.js';
import { formatDuration } from '../../harness/text/time.js';
import type { KeyFigure } from '../evidence/view/view.js';
import { OUTCOME_WORDS } from '../text/words.js';
import { whatItProves } from './conclusions.js';
import type { ReportContext } from './context.js';
import { html, type Html } from '../markup/escape.js';

/** The outcome, why, and what may be concluded from it. */
export function renderHead(context: ReportContext): Html {
  const { data } = context;
  const { run, outcome } = data;
  const { icon, title } = OUTCOME_WORDS[outcome.outcome];
  return html`<header class="head ${outcome.outcome}">
    <p class="eyebrow">
      <span>${run.target} ${run.version}</span> <span>${run.workload}</span>
      <span>${run.runtime}</span> <span>seed ${String(run.seed)}</span>
      <time datetime="${run.startedAt}"
        >${run.startedAt.replace('T', ' ').replace(/\.\d+/, '')}</time
      >
    </p>
    <h1><span class="badge" aria-hidden="true">${icon}</span>${title}</h1>
    <p class="why">${outcome.sentence}</p>
    <p class="proves"><strong>What this shows, and what not.</strong> ${whatItProves(context)}</p>
    ${data.warnings.length > 0 && renderWarnings(data.warnings)}
  </header>`;
}

function renderWarnings(warnings: readonly string[]): Html {
  return html`<div class="note" role="note">
    <strong>${plural(warnings.length, 'warning')}</strong>
    <ul>
      ${warnings.map((warning) => html`<li>${warning}</li>`)}
    </ul>
  </div>`;
}

/** The run in a handful of figures. */
export function renderKeyFigures(context: ReportContext): Html {
  const cards = [
    ...keyFiguresOf(context),
    ...context.checks.flatMap(({ view }) => view?.keyFigures?.() ?? []),
  ];
  return html`<section aria-label="Key figures">
    <dl class="figures">
      ${cards.map(
        ({ label, value, note }) =>
          html`<div class="card">
            <dt>${label}</dt>
            <dd class="figure">${value}</dd>
            <dd class="small">${note}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

function keyFiguresOf({ data, figures, spans }: ReportContext): KeyFigure[] {
  const { total } = figures;
  const tookEffect = spans.filter((span) => span.tookEffect).length;
  return [
    {
      label: 'Operations',
      value: formatCount(total.count),
      note: `${plural(data.run.concurrency, 'client')}, ${plural(data.run.nodes, 'node')}`,
    },
    {
      label: 'Succeeded',
      value: formatShare(total.ok, total.count),
      note: `${formatCount(total.fail)} failed, ${formatCount(total.info)} uncertain`,
    },
    {
      label: 'Throughput',
      value: `${formatCount(figures.okPerSecond)}/s`,
      note: 'ok, on average',
    },
    {
      label: 'Latency',
      value: total.latencies ? formatDuration(total.latencies.p50) : '–',
      note: total.latencies
        ? `median; p99 ${formatDuration(total.latencies.p99)}`
        : 'nothing succeeded',
    },
    {
      label: 'Faults',
      value: formatCount(spans.length),
      note:
        spans.length > 0
          ? `${formatCount(tookEffect)} seen to take effect: ${countFaults(spans)}`
          : 'none',
    },
  ];
}
