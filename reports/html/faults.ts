import type { FaultRecovery } from '../../checkers/availability/evidence.js';
import type { Evidence } from '../../harness/contracts/nemesis.js';
import type { FaultSpan } from '../data/faults.js';
import { formatCount, plural } from '../../harness/text/numbers.js';
import { formatDuration, formatTime } from '../../harness/text/time.js';
import { formatValue } from '../../harness/text/sentences.js';
import type { ReportContext } from './context.js';
import { html, type Html } from '../markup/escape.js';

/** A partition of five nodes has twenty directions; most readers want a few. */
const OBSERVATIONS_SHOWN = 4;

/** The schedule as it was carried out, with what was measured. */
export function renderFaults({ spans, availability }: ReportContext): Html {
  const recoveries = new Map(availability?.recoveries.map((each) => [each.id, each]));
  return html`<section>
    <h2>Faults, as they were carried out</h2>
    ${
      spans.length === 0
        ? html`<p>None: the system was left alone.</p>`
        : html`<div class="scroll" role="region" aria-label="Faults" tabindex="0">
            <table class="faults">
              <thead>
                <tr>
                  <th scope="col">Fault</th>
                  <th scope="col">Nodes</th>
                  <th scope="col">Time</th>
                  <th scope="col">What was seen</th>
                </tr>
              </thead>
              <tbody>
                ${spans.map((span) => renderSpan(span, recoveries.get(span.id)))}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

function renderSpan(span: FaultSpan, recovery: FaultRecovery | undefined): Html {
  const parameters = Object.keys(span.injection.fault.parameters).length > 0;
  return html`<tr>
    <th scope="row">
      <span class="swatch" data-fault="${span.fault}" aria-hidden="true"></span> ${span.fault}
      <span class="small">${span.variant}</span>
    </th>
    <td>${span.nodes.join(', ')}</td>
    <td class="number">
      ${formatTime(span.start)}<br />
      <span class="small"
        >${span.end === undefined ? 'never healed' : `for ${formatDuration(span.end - span.start)}`}</span
      >
    </td>
    <td>
      ${renderEvidence(span.tookEffect ? '✓ took effect' : '✗ was not seen to take effect', span.tookEffect, span.injection.fault.evidence, span.injection.error)}
      ${
        span.healing
          ? renderEvidence(
              span.healed ? '✓ healed' : '✗ was not seen to be healed',
              span.healed,
              span.healing.fault.evidence,
              span.healing.error,
            )
          : html`<p class="bad">✗ no healing was recorded</p>`
      }
      ${recovery && html`<p>${recoveryInWords(recovery)}</p>`}
      ${parameters && html`<p class="small">Parameters: <code>${formatValue(span.injection.fault.parameters, 500)}</code></p>`}
    </td>
  </tr>`;
}

function renderEvidence(words: string, good: boolean, evidence: Evidence, error?: string): Html {
  const first = evidence.observations.slice(0, OBSERVATIONS_SHOWN);
  const rest = evidence.observations.slice(OBSERVATIONS_SHOWN);
  return html`<p class="${good ? 'good' : 'bad'}">${words}</p>
    ${error !== undefined && html`<p class="bad">Error: ${error}</p>`}
    ${first.length > 0 && renderObservations(first)}
    ${
      rest.length > 0 &&
      html`<details>
        <summary>${plural(rest.length, 'more observation')}</summary>
        ${renderObservations(rest)}
      </details>`
    }`;
}

function renderObservations(observations: readonly string[]): Html {
  return html`<ul class="observations">
    ${observations.map((observation) => html`<li>${observation}</li>`)}
  </ul>`;
}

function recoveryInWords({ okDuring, healedAt, recoveryMs }: FaultRecovery): string {
  const during = `${formatCount(okDuring)} operations succeeded while it lasted`;
  if (healedAt === null) return `${during}.`;
  return recoveryMs === null
    ? `${during}; after the healing none did.`
    : `${during}; after the healing the first one took ${formatDuration(recoveryMs * 1e6)}.`;
}
