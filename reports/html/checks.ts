import type { CheckResult } from '../../harness/verdict.js';
import { shorten } from '../text/format.js';
import { VERDICT_WORDS } from '../text/words.js';
import type { ReportContext } from './context.js';
import { html, type Html } from './escape.js';

const EVIDENCE_LIMIT = 20_000;

/** What was checked, and what came out. */
export function renderChecks({ data }: ReportContext): Html {
  if (data.checks.length === 0) {
    return html`<section>
      <h2>What was checked</h2>
      <p>Nothing: the run ended before anything could be checked.</p>
    </section>`;
  }
  return html`<section>
    <h2>What was checked</h2>
    <ul class="checks">
      ${data.checks.map(renderCheck)}
    </ul>
  </section>`;
}

function renderCheck(check: CheckResult): Html {
  const { icon, title } = VERDICT_WORDS[check.verdict];
  return html`<li class="check ${check.verdict}">
    <h3>
      <span class="verdict"><span aria-hidden="true">${icon}</span> ${title}</span> ${check.checker}
    </h3>
    ${check.unknownReason !== undefined && html`<p class="reason">No verdict, because: <strong>${check.unknownReason}</strong></p>`}
    <p>${check.summary}</p>
    ${renderEvidence(check)}
  </li>`;
}

/** Kinds of evidence that other sections show. */
const SHOWN_ELSEWHERE: readonly unknown[] = [
  'linearizability',
  'availability',
  'statistics',
  'durability',
];

/** Evidence of a kind that this report knows nothing of is shown as it is. */
function renderEvidence(check: CheckResult): Html | false {
  const { evidence } = check;
  if (evidence === undefined || SHOWN_ELSEWHERE.includes(evidence.kind)) return false;
  return html`<details>
    <summary>What the checker recorded</summary>
    <pre tabindex="0">${shorten(JSON.stringify(evidence, null, 2), EVIDENCE_LIMIT)}</pre>
  </details>`;
}
