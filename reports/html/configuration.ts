import type { Crash } from '../../harness/contracts/cluster.js';
import { formatDuration, formatTime } from '../../harness/text/time.js';
import { plural } from '../../harness/text/numbers.js';
import type { RunInfo } from '../data/report-data.js';
import type { ReportContext } from './context.js';
import { html, type Html } from '../markup/escape.js';

/** What was run, and with what. */
export function renderConfiguration({ data: { run } }: ReportContext): Html {
  return html`<section>
    <h2>Configuration</h2>
    <dl class="configuration">
      ${configurationRows(run).map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

function configurationRows(run: RunInfo): [string, string][] {
  return [
    ['Target', `${run.target} ${run.version}`],
    ['Runtime', run.runtime],
    ['Workload', run.workload],
    ['Nodes', String(run.nodes)],
    ['Clients', String(run.concurrency)],
    ['Rate', run.rate === null ? 'as fast as possible' : `${String(run.rate)} operations/s`],
    ['Time of load', formatDuration(run.timeMs * 1e6)],
    ['Seed', String(run.seed)],
    ['Durability', run.durability],
    ['Faults', run.faults.join(', ') || 'none'],
    ['Seeded bugs', run.bugs.join(', ') || 'none'],
    ...Object.entries(run.settings),
    ['Started', run.startedAt],
    ['Run', run.id],
    ['Made with', `Schism ${run.schismVersion}, Node.js ${run.nodeVersion}, ${run.platform}`],
  ];
}

/** Nodes that died by themselves; no section where none did. */
export function renderCrashes({ data: { crashes } }: ReportContext): Html | false {
  if (crashes.length === 0) return false;
  return html`<section>
    <h2>Crashes</h2>
    <p>${plural(crashes.length, 'node')} ended without the harness having a hand in it.</p>
    ${crashes.map(renderCrash)}
  </section>`;
}

function renderCrash({ node, time, exitCode, signal, logTail }: Crash): Html {
  const how = signal !== null ? `signal ${signal}` : `exit code ${String(exitCode ?? 'unknown')}`;
  return html`<h3>${node} at ${formatTime(time)}, ${how}</h3>
    <pre tabindex="0" aria-label="The last lines of the log of ${node}">
${logTail || '(its log is empty)'}</pre>`;
}

/** The command that runs it again. */
export function renderReplay({ data: { run } }: ReportContext): Html {
  return html`<section>
    <h2>Do it again</h2>
    <p>The same plan of operations and faults, from the same seed:</p>
    <div class="command">
      <pre tabindex="0"><code id="replay-command">${run.replayCommand}</code></pre>
      <button type="button" data-copy="replay-command" hidden>Copy</button>
    </div>
    <p class="small">
      The run folder is <code>${run.directory}</code>: history, schedule, results and logs of the
      nodes.
    </p>
  </section>`;
}
