import { readBrowserCode } from '../html/browser-code.js';
import { renderDocument } from '../html/document.js';
import { html, type Html } from '../markup/escape.js';
import { formatCount, plural } from '../../harness/text/numbers.js';
import { OUTCOME_WORDS } from '../text/words.js';
import { COMPARISON_DATA_ID } from './chart-data.js';
import {
  chartData,
  type ChartPlan,
  COST_CHARTS,
  FAULT_CHARTS,
  LOSS_CHARTS,
  renderChart,
  standingOf,
} from './charts.js';
import type { ComparedRun } from './compared-run.js';
import type { ComparedGroup, Comparison, FigureName } from './comparison.js';
import {
  comparisonSentence,
  COSTS,
  FIGURE_WORDS,
  groupSentence,
  LOSSES,
  promiseText,
  spreadText,
} from './words.js';

export interface ComparisonPage {
  comparison: Comparison;
  /** What a person types to have it again. */
  command: string;
  schismVersion: string;
  /** Where the report of the run in this folder is, relative to the page. */
  reportOf(directory: string): string;
}

/** The comparison as one HTML file, to be shown to a colleague; see `renderDocument`. */
export function renderComparison(page: ComparisonPage, browserCode = readBrowserCode()): string {
  const { comparison, schismVersion } = page;
  return renderDocument({
    title: `What is lost, and what it costs: ${labels(comparison)}`,
    schismVersion,
    body: renderBody(page),
    dataId: COMPARISON_DATA_ID,
    data: chartData(comparison, [...LOSS_CHARTS, ...COST_CHARTS, ...FAULT_CHARTS]),
    browserCode,
  });
}

const labels = ({ groups }: Comparison): string =>
  [...new Set(groups.map(({ target }) => target))].join(', ');

function renderBody(page: ComparisonPage): Html {
  const { comparison, command, schismVersion } = page;
  return html`<a class="skip" href="#main">To the comparison</a>
    <div class="page">
      ${renderHead(comparison)}
      <main id="main">
        ${renderLosses(comparison)} ${renderPanels('What it costs', comparison, COST_CHARTS)}
        ${renderPanels('Under faults', comparison, FAULT_CHARTS)} ${renderFigures(comparison)}
        ${renderRuns(page)}
        <section>
          <h2>Do it again</h2>
          <div class="command">
            <pre tabindex="0"><code id="replay-command">${command}</code></pre>
            <button type="button" data-copy="replay-command" hidden>Copy</button>
          </div>
        </section>
      </main>
      <footer>Made by Schism ${schismVersion}.</footer>
    </div>`;
}

function renderHead(comparison: Comparison): Html {
  const { outcome, common, seeds, groups } = comparison;
  const runs = groups.reduce((sum, group) => sum + group.runs.length, 0);
  const facts = common.map(([name, value]) => html`<span>${name} ${value}</span> `);
  return html`<header class="head ${outcome}">
    <p class="eyebrow">${facts} <span>seeds ${seeds.join(', ')}</span></p>
    <h1>
      <span class="badge" aria-hidden="true">${OUTCOME_WORDS[outcome].icon}</span>What is lost, and
      what it costs
    </h1>
    <p class="why">${comparisonSentence(comparison)}</p>
    <p class="proves">
      <strong>How to read this.</strong> ${plural(runs, 'run')} of ${plural(groups.length, 'mode')},
      the same plan of operations and faults for each, from the same seeds. Bars are medians over
      the seeds, whiskers reach from the least to the most. That a mode lost nothing here is no
      proof that it never does; what it lost here it can lose.
    </p>
  </header>`;
}

function renderLosses(comparison: Comparison): Html {
  return html`<section>
    <h2>What is lost</h2>
    <ul class="standings">
      ${comparison.groups.map(
        (group) =>
          html`<li class="standing ${standingOf(group)}">
            <span class="mark" aria-hidden="true">${STANDING_MARKS[standingOf(group)]}</span>
            ${groupSentence(group)}
          </li>`,
      )}
    </ul>
    ${LOSS_CHARTS.map((plan) => renderChart(comparison, plan) || html``)}
  </section>`;
}

const STANDING_MARKS = { kept: '✓', promised: '−', broken: '✗', unknown: '?' } as const;

function renderPanels(
  title: string,
  comparison: Comparison,
  plans: readonly ChartPlan[],
): Html | false {
  const panels = plans
    .map((plan) => renderChart(comparison, plan))
    .filter((panel) => panel !== false);
  if (panels.length === 0) return false;
  return html`<section>
    <h2>${title}</h2>
    <div class="panels">${panels}</div>
  </section>`;
}

function renderFigures({ groups }: Comparison): Html {
  const losses = groups.map((group) => [outcomeText(group.outcome), html`${promiseText(group)}`]);
  return html`<section>
    <h2>All figures</h2>
    <p class="small">Medians over the seeds, with the least and the most where they differ.</p>
    ${renderTable('What is lost', groups, LOSSES, ['Outcome', 'Promise'], losses)}
    ${renderTable('What it costs', groups, COSTS)}
  </section>`;
}

function renderTable(
  title: string,
  groups: readonly ComparedGroup[],
  names: readonly FigureName[],
  more: readonly string[] = [],
  cells: readonly (readonly Html[])[] = [],
): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}, in figures">
    <table class="compared">
      <thead>
        <tr>
          <th scope="col">Mode</th>
          ${more.map((name) => html`<th scope="col">${name}</th>`)}
          ${names.map((name) => html`<th scope="col" class="number">${FIGURE_WORDS[name].short}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${groups.map(
          (group, index) =>
            html`<tr>
              <th scope="row">${group.label}</th>
              ${(cells[index] ?? []).map((cell) => html`<td>${cell}</td>`)}
              ${names.map((name) => renderFigure(group, name))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function renderFigure({ figures }: ComparedGroup, name: FigureName): Html {
  const [median, spread = ''] = spreadText(name, figures[name]).split(/ (?=\()/);
  return html`<td class="number">${median}<span class="small spread">${spread}</span></td>`;
}

function renderRuns({ comparison: { groups }, reportOf }: ComparisonPage): Html {
  const rows = groups.flatMap((group) => group.runs.map((run) => ({ group, run })));
  return html`<section>
    <h2>Every run</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Every run">
      <table class="compared">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col" class="number">Seed</th>
            <th scope="col">Outcome</th>
            <th scope="col" class="number">Acknowledged</th>
            <th scope="col" class="number">Lost</th>
            <th scope="col">Report</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ group, run }) =>
              html`<tr>
                <th scope="row">${group.label}</th>
                <td class="number">${run.spec.seed}</td>
                <td>
                  ${outcomeText(run.outcome)}${run.outcome !== 'pass' && html`<span class="small spread">${run.sentence}</span>`}
                </td>
                <td class="number">
                  ${run.durability ? formatCount(run.durability.acknowledged) : '–'}
                </td>
                <td class="number">${lostText(run)}</td>
                <td><a href="${encodeURI(reportOf(run.directory))}">report</a></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function lostText({ durability }: ComparedRun): string {
  if (durability === undefined) return '–';
  return durability.lost === null ? 'not known' : formatCount(durability.lost);
}

function outcomeText(outcome: ComparedGroup['outcome']): Html {
  const { icon, title } = OUTCOME_WORDS[outcome];
  return html`<span class="outcome ${outcome}"
    ><span aria-hidden="true">${icon}</span> ${title}</span
  >`;
}
