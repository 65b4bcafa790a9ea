import type {
  KeyFailure,
  KeyUnknown,
  LinearizabilityEvidence,
} from '../../../checkers/linearizability/core/evidence.js';
import { html, type Html } from '../../markup/escape.js';
import { renderTimeline } from '../../markup/timeline.js';
import { formatCount, plural } from '../../../harness/text/numbers.js';
import { failureTimeline, nameKey, timelineOf } from './timeline.js';

/** Failing keys that are drawn; more would hide the first. */
const KEYS_SHOWN = 5;

/** What a linearizability check found: each failing key with its timeline, and what was not decided. */
export function renderLinearizability(evidence: LinearizabilityEvidence, checker: string): Html {
  const { failures, unknowns } = evidence;
  const hidden = failures.length - KEYS_SHOWN;
  return html`${failures.slice(0, KEYS_SHOWN).map((failure) => renderFailure(failure, evidence.model))}
  ${hidden > 0 && html`<p class="note">${plural(hidden, 'more failing key')} not drawn here; all are in results.json.</p>`}
  ${unknowns.length > 0 && renderUnknowns(unknowns, checker)}`;
}

/** Where every key can be explained: how one of them is. */
export function renderLinearization({ failures, linearizations }: LinearizabilityEvidence): Html {
  const shown = failures.length > 0 ? [] : linearizations.slice(0, 1);
  return html`${shown.map(
    ({ key, operations, steps }) =>
      html`<section>
        <h2>One order that explains ${nameKey(key)}</h2>
        ${renderTimeline(timelineOf(operations, steps), `An order of ${nameKey(key)}`)}
      </section>`,
  )}`;
}

function renderFailure(failure: KeyFailure, model: string): Html {
  const name = nameKey(failure.key);
  return html`<section class="failure">
    <h2>
      ${name === 'the history' ? 'The history' : `Key ${JSON.stringify(failure.key)}`} is not
      linearizable
    </h2>
    ${failure.sentences.map((sentence) => html`<p>${sentence}</p>`)}
    ${renderTimeline(failureTimeline(failure), `Timeline of ${name}`)} ${renderObstacles(failure)}
    <p class="small">
      The smallest failing part, ${formatCount(failure.operations.length)} of
      ${plural(failure.operationCount, 'operation')}; model ${model}, found by
      ${failure.engine}${
        failure.confirmedBy === null ? '' : `, confirmed by ${failure.confirmedBy}`
      }.
    </p>
  </section>`;
}

/** Why nothing can come next: one sentence for each operation that would have to. */
function renderObstacles({ obstacles }: KeyFailure): Html | false {
  if (obstacles.length === 0) return false;
  return html`<h3>Why nothing can come next</h3>
    <ul>
      ${obstacles.map(({ sentence }) => html`<li>${sentence}</li>`)}
    </ul>`;
}

function renderUnknowns(unknowns: readonly KeyUnknown[], checker: string): Html {
  return html`<section>
    <h2>Not decided by ${checker}</h2>
    <ul>
      ${unknowns.map(
        ({ key, reason, detail }) =>
          html`<li><strong>${nameKey(key)}</strong>: ${reason}. ${detail}</li>`,
      )}
    </ul>
  </section>`;
}
