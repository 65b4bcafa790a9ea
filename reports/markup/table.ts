import { html, type Html } from './escape.js';

/** A table that scrolls by itself where it is wider than the page; `name` is read out in place of a caption. */
export function renderTable(
  name: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): Html {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${titles.map((title) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Names and what belongs to them, one below the other. */
export function renderNamedValues(rows: readonly (readonly [name: string, value: string])[]): Html {
  return html`<dl class="named-values">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
