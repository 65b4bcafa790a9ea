import type { GroupFigures } from '../data/figures.js';
import { formatCount, formatShare } from '../../harness/text/numbers.js';
import { formatDuration } from '../../harness/text/time.js';
import type { ReportContext } from './context.js';
import { html, type Html } from '../markup/escape.js';

const COUNTS = ['all', 'ok', 'ok, share', 'fail', 'info'];
const TIMES = ['p50', 'p95', 'p99', 'longest'];

/** How operations ended: by kind, by node, and by error. */
export function renderEndings({ figures }: ReportContext): Html {
  const { functions, nodes, total, errors } = figures;
  return html`<section>
    <h2>How operations ended</h2>
    ${renderGroups('Operation', functions.length > 1 ? [...functions, total] : functions)}
    ${nodes.length > 0 && html`<h3>By the node that was asked</h3>`}
    ${nodes.length > 0 && renderGroups('Node', nodes)} ${errors.length > 0 && renderErrors(errors)}
    <p class="small">Latencies are those of operations that succeeded.</p>
  </section>`;
}

function renderGroups(title: string, groups: readonly GroupFigures[]): Html {
  return html`<div class="scroll" role="region" aria-label="By ${title.toLowerCase()}" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">${title}</th>
          ${[...COUNTS, ...TIMES].map((name) => html`<th scope="col" class="number">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${groups.map(renderGroup)}
      </tbody>
    </table>
  </div>`;
}

function renderGroup({ name, count, ok, fail, info, latencies }: GroupFigures): Html {
  const times = latencies
    ? [latencies.p50, latencies.p95, latencies.p99, latencies.max].map(formatDuration)
    : TIMES.map(() => '–');
  const counts = [formatCount(count), formatCount(ok), formatShare(ok, count)];
  const cells = [...counts, formatCount(fail), formatCount(info), ...times];
  return html`<tr>
    <th scope="row">${name}</th>
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
