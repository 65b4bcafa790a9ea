import { CHART_DATA_ID, type ChartData } from '../data/chart-data.js';
import { describeFault } from '../data/faults.js';
import type { ReportData } from '../data/report-data.js';
import { OUTCOME_WORDS } from '../text/words.js';
import { readBrowserCode } from './browser-code.js';
import { renderCharts } from './charts.js';
import { renderChecks } from './checks.js';
import { renderConfiguration, renderCrashes, renderReplay } from './configuration.js';
import { reportContext, type ReportContext } from './context.js';
import { renderDocument } from './document.js';
import { html, type Html } from '../markup/escape.js';
import { renderEndings } from './endings.js';
import { renderFaults } from './faults.js';
import { renderHead, renderKeyFigures } from './opening.js';
import { packOperations } from './pack.js';
import { TIMELINE_PATTERNS } from '../markup/timeline.js';

/**
 * The report as one HTML file that needs no network and no other file; see `renderDocument`.
 * `browserCode` is that script; by default the one that `npm run build` made, and an Error without it.
 */
export function renderReport(data: ReportData, browserCode = readBrowserCode()): string {
  const context = reportContext(data);
  const { run, outcome } = data;
  return renderDocument({
    title: `${OUTCOME_WORDS[outcome.outcome].title}: ${run.target} ${run.workload}, seed ${String(run.seed)}`,
    schismVersion: run.schismVersion,
    body: renderBody(context),
    dataId: CHART_DATA_ID,
    data: chartData(context),
    browserCode,
  });
}

function renderBody(context: ReportContext): Html {
  const views = context.checks.flatMap(({ view }) => view ?? []);
  const sections = views.flatMap((view) => view.sections?.() ?? []);
  const appendices = views.flatMap((view) => view.appendix?.() ?? []);
  return html`<a class="skip" href="#main">To the report</a>
    ${TIMELINE_PATTERNS}
    <div class="page">
      ${renderHead(context)}
      <main id="main">
        ${renderKeyFigures(context)} ${sections} ${renderChecks(context)} ${renderCharts(context)}
        ${renderFaults(context)} ${appendices} ${renderEndings(context)} ${renderCrashes(context)}
        ${renderConfiguration(context)} ${renderReplay(context)}
      </main>
      <footer>
        Made by Schism ${context.data.run.schismVersion} from the run folder
        <code>${context.data.run.directory}</code>.
      </footer>
    </div>`;
}

/** Parts of the run that change what the charts show. */
const MARKED_PHASES: ReadonlySet<string> = new Set(['load', 'heal', 'final']);

function chartData({ data, figures, spans }: ReportContext): ChartData {
  const scheduleEnd = Math.max(0, ...spans.map(({ start, end }) => end ?? start));
  const endSeconds = Math.max(figures.lastTime, scheduleEnd, 1e6) / 1e9;
  return {
    operations: packOperations(data.operations),
    bands: spans.map((span) => ({
      fault: span.fault,
      label: describeFault(span),
      start: span.start / 1e9,
      end: span.end === undefined ? endSeconds : span.end / 1e9,
    })),
    marks: data.phases
      .filter(({ name }) => MARKED_PHASES.has(name))
      .map(({ name, start }) => ({ label: name, at: start / 1e9 })),
    startSeconds: Math.floor(figures.firstTime / 1e9),
    endSeconds,
  };
}
