import type { FunctionFigures } from '../figures.js';
import { formatCount, formatDuration, formatShare } from '../format.js';
import type { ReportContext } from './context.js';
import { html, type Html } from './escape.js';

/** How operations ended: by kind, and by error. */
export function renderEndings({ figures }: ReportContext): Html {
  const { functions, total, errors } = figures;
  return html`<section>
    <h2>How operations ended</h2>
    <div class="scroll" role="region" aria-label="Operations by kind" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Operation</th>
            ${['all', 'ok', '', 'fail', 'info', 'p50', 'p95', 'p99', 'longest'].map((name) =>
              name === ''
                ? html`<th scope="col" class="number"><span class="hidden">share of ok</span></th>`
                : html`<th scope="col" class="number">${name}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${[...functions, ...(functions.length > 1 ? [total] : [])].map(renderFunction)}
        </tbody>
      </table>
    </div>
    ${errors.length > 0 && renderErrors(errors)}
  </section>`;
}

function renderFunction({ f, count, ok, fail, info, latencies }: FunctionFigures): Html {
  const times = latencies
    ? [latencies.p50, latencies.p95, latencies.p99, latencies.max].map(formatDuration)
    : ['–', '–', '–', '–'];
  const counts = [formatCount(count), formatCount(ok), formatShare(ok, count)];
  const cells = [...counts, formatCount(fail), formatCount(info), ...times];
  return html`<tr>
    <th scope="row">${f}</th>
    ${cells.map((cell) => html`<td class="number">${cell}</td>`)}
  </tr>`;
}

function renderErrors(errors: ReportContext['figures']['errors']): Html {
  return html`<h3>Errors</h3>
    <div class="scroll" role="region" aria-label="Errors" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col">Operation</th>
            <th scope="col">Counts as</th>
            <th scope="col" class="number">How often</th>
          </tr>
        </thead>
        <tbody>
          ${errors.map(
            ({ code, f, type, count }) =>
              html`<tr>
                <th scope="row"><code>${code}</code></th>
                <td>${f}</td>
                <td>${type === 'fail' ? 'fail: certainly not done' : 'info: nobody knows'}</td>
                <td class="number">${formatCount(count)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
