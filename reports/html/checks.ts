import { VERDICT_WORDS } from '../text/words.js';
import type { ReportContext, ShownCheck } from './context.js';
import { html, type Html } from '../markup/escape.js';

/** What was checked, and what came out. */
export function renderChecks({ checks }: ReportContext): Html {
  if (checks.length === 0) {
    return html`<section>
      <h2>What was checked</h2>
      <p>Nothing: the run ended before anything could be checked.</p>
    </section>`;
  }
  return html`<section>
    <h2>What was checked</h2>
    <ul class="checks">
      ${checks.map(renderCheck)}
    </ul>
  </section>`;
}

function renderCheck({ check, view }: ShownCheck): Html {
  const { icon, title } = VERDICT_WORDS[check.verdict];
  return html`<li class="check ${check.verdict}">
    <h3>
      <span class="verdict"><span aria-hidden="true">${icon}</span> ${title}</span> ${check.checker}
    </h3>
    ${check.unknownReason !== undefined && html`<p class="reason">No verdict, because: <strong>${check.unknownReason}</strong></p>`}
    <p>${check.summary}</p>
    ${view?.entry?.()}
  </li>`;
}
