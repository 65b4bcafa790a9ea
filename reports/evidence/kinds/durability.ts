import type {
  DurabilityEvidence,
  LossByFault,
  LostWrite,
} from '../../../checkers/durability/evidence.js';
import { formatTable } from '../../console/table.js';
import { describeFault } from '../../data/faults.js';
import { html, type Html } from '../../markup/escape.js';
import { formatCount, formatShare, plural } from '../../../harness/text/numbers.js';
import { formatDuration, formatTime } from '../../../harness/text/time.js';
import { formatValue, printable } from '../../../harness/text/sentences.js';
import type { ViewMaker } from '../view/view.js';

const WRITES_SHOWN = 20;

/** What became of the acknowledged writes, and which fault lost which. */
export const durabilityView: ViewMaker<DurabilityEvidence> = (evidence) => ({
  sentence: lossSentence(evidence),
  // The summary of the check says how many were lost, and which of them first.
  violationLines: () => [],
  explanationLines: () => [
    '',
    printable(lossSentence(evidence)),
    ...figures(evidence).map((line) => `  ${line}`),
    ...(evidence.lost > 0 ? lossLines(evidence) : []),
  ],
  sections: () =>
    html`<section>
      <h2>Acknowledged writes</h2>
      <p>${lossSentence(evidence)}</p>
      <ul>
        ${figures(evidence).map((line) => html`<li>${line}</li>`)}
      </ul>
      ${evidence.lost > 0 && [renderLosses(evidence), renderWrites(evidence)]}
    </section>`,
});

function lossSentence({ acknowledged, lost, lostAsPromised, mode }: DurabilityEvidence): string {
  const of = plural(acknowledged, 'acknowledged write');
  if (lost === 0) return `None of ${of} was lost.`;
  const broken = lost - lostAsPromised;
  const promise =
    broken === 0
      ? `as promised: the mode${mode === null ? '' : ` ${mode}`} need not survive a power cut`
      : `${formatCount(broken)} of them against the promise of ${mode ?? 'the system'}`;
  return `${formatCount(lost)} of ${of} were lost (${formatShare(lost, acknowledged)}), ${promise}.`;
}

/** Only what there is to say. */
function figures(evidence: DurabilityEvidence): string[] {
  const { unacknowledged, outOfOrder, unread, missed, phantoms, powerCuts } = evidence;
  const { present, absent } = unacknowledged;
  const lines: [number, string][] = [
    [powerCuts, `${plural(powerCuts, 'power cut')} in this run`],
    [present, `${formatCount(present)} that were never acknowledged are there all the same`],
    [absent, `${formatCount(absent)} that were never acknowledged were never seen`],
    [outOfOrder, `${formatCount(outOfOrder)} were lost though a later write is still there`],
    [missed, `${formatCount(missed)} were missed by a read, and seen by a later one: stale reads`],
    [unread, `${formatCount(unread)} were read by nobody afterwards`],
    [phantoms, `${plural(phantoms, 'read')} returned a value that nobody had written`],
  ];
  return lines.filter(([count]) => count > 0).map(([, line]) => line);
}

function lossLines({ byFault }: DurabilityEvidence): string[] {
  const lines = formatTable(
    [
      { title: 'lost by' },
      { title: 'time', align: 'right' },
      { title: 'writes', align: 'right' },
      { title: 'by it for certain', align: 'right' },
      { title: 'oldest, before the fault', align: 'right' },
    ],
    byFault.map((loss) => [
      printable(nameOf(loss)),
      loss.began === null ? '–' : formatTime(loss.began),
      formatCount(loss.lost),
      formatCount(loss.certain),
      loss.windowMs === null ? '–' : formatDuration(loss.windowMs * 1e6),
    ]),
  );
  return lines.map((line) => `  ${line}`);
}

function renderLosses({ byFault }: DurabilityEvidence): Html {
  return html`<div class="scroll" role="region" aria-label="Losses by fault" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Lost by</th>
          <th scope="col" class="number">Time</th>
          <th scope="col" class="number">Writes</th>
          <th scope="col" class="number">By it for certain</th>
          <th scope="col" class="number">Oldest, before the fault</th>
        </tr>
      </thead>
      <tbody>
        ${byFault.map(
          (loss) =>
            html`<tr>
              <th scope="row">${nameOf(loss)}</th>
              <td class="number">${loss.began === null ? '–' : formatTime(loss.began)}</td>
              <td class="number">${formatCount(loss.lost)}</td>
              <td class="number">${formatCount(loss.certain)}</td>
              <td class="number">
                ${loss.windowMs === null ? '–' : formatDuration(loss.windowMs * 1e6)}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function nameOf({ fault, variant, nodes }: LossByFault): string {
  if (fault === null) return 'no fault that was in force';
  return describeFault({ fault, variant: variant ?? '', nodes });
}

function renderWrites({ writes, lost, byFault }: DurabilityEvidence): Html {
  const shown = writes.slice(0, WRITES_SHOWN);
  const faults = new Map(byFault.map((loss) => [loss.id, loss]));
  return html`<details>
    <summary>
      ${lost > shown.length ? `The first ${shown.length}` : 'All'} of the lost writes
    </summary>
    <div class="scroll" role="region" aria-label="Lost writes" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">Value</th>
            <th scope="col">By</th>
            <th scope="col" class="number">Acknowledged</th>
            <th scope="col" class="number">Missed from</th>
            <th scope="col">Lost by</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((write) => renderWrite(write, faults.get(write.fault)))}
        </tbody>
      </table>
    </div>
  </details>`;
}

function renderWrite(write: LostWrite, loss: LossByFault | undefined): Html {
  const { key, value, process, node, acknowledgedAt, missedAt, missedOn, suspects } = write;
  const doubt = suspects > 1 ? `, or ${plural(suspects - 1, 'other fault')}` : '';
  return html`<tr>
    <th scope="row">${key ?? '–'}</th>
    <td>${formatValue(value, 40)}</td>
    <td>process ${process}${node !== null && html` on ${node}`}</td>
    <td class="number">${formatTime(acknowledgedAt)}</td>
    <td class="number">${formatTime(missedAt)}${missedOn !== null && html` on ${missedOn}`}</td>
    <td>${loss ? nameOf(loss) : '–'}${doubt}</td>
  </tr>`;
}
