import type { AnyEvidence } from '../../../harness/evidence.js';
import { colours } from '../../console/screen.js';
import { html, type Html } from '../../markup/escape.js';
import { printable, shorten } from '../../../harness/text/sentences.js';
import { type Field, fieldsOf } from './fields.js';
import type { CheckHead, EvidenceView } from './view.js';

const LINES_SHOWN = 40;
const SENTENCE_LIMIT = 300;

/**
 * Evidence of a kind that nobody has described, as a list of its fields. `note` says why it is not shown in another way,
 * where that is somebody's mistake.
 */
export function genericView(
  { kind, ...evidence }: AnyEvidence,
  { checker, verdict }: CheckHead,
  note?: string,
): EvidenceView {
  const fields = fieldsOf(evidence);
  const inShort = fields.map(({ name, text }) => `${name} ${text}`.trim()).join(', ');
  const sentence = `Evidence of the kind ${kind}: ${shorten(inShort || 'nothing', SENTENCE_LIMIT)}.`;
  const title = `What ${checker} recorded:`;
  const isViolation = verdict === 'invalid';
  const lines = (): string[] => {
    const all = [...(note === undefined ? [] : [note]), ...fields.flatMap(linesOf)];
    const shown = all.slice(0, LINES_SHOWN).map((line) => `  ${printable(line)}`);
    return all.length > shown.length ? [...shown, '  … and more, which is in results.json'] : shown;
  };
  const isEmpty = fields.length === 0 && note === undefined;
  return {
    sentence,
    violationLines: ({ color }) =>
      isViolation && !isEmpty ? [colours(color).bold(printable(title)), ...lines()] : [],
    explanationLines: () => (isViolation || isEmpty ? [] : ['', printable(title), ...lines()]),
    entry: () =>
      isEmpty
        ? html``
        : html`<details>
            <summary>What the checker recorded</summary>
            ${note !== undefined && html`<p>${note}</p>`} ${renderFields(fields)}
          </details>`,
  };
}

function linesOf({ name, text, fields }: Field): string[] {
  const head = text === '' ? name : `${name}: ${text}`;
  return [head, ...fields.flatMap(linesOf).map((line) => `  ${line}`)];
}

function renderFields(fields: readonly Field[]): Html {
  return html`<ul class="fields">
    ${fields.map(
      ({ name, text, fields: inner }) =>
        html`<li>
          <span class="field">${name}</span> ${text} ${inner.length > 0 && renderFields(inner)}
        </li>`,
    )}
  </ul>`;
}
