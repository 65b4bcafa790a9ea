import type { Outcome } from '../../harness/verdict.js';
import { countFaults } from '../data/faults.js';
import type { ReportData } from '../data/report-data.js';
import { formatCount, plural } from '../../harness/text/numbers.js';
import type { ReportContext, ShownCheck } from './context.js';

/** What a reader may and may not conclude from an outcome, in a few sentences. */
export function whatItProves(context: ReportContext): string {
  return `${CONCLUSIONS[context.data.outcome.outcome](context)}${seededBugs(context.data)}`;
}

type Conclusion = (context: ReportContext) => string;

const CONCLUSIONS: Readonly<Record<Outcome, Conclusion>> = {
  pass: ({ data: { run, checks }, figures: { total }, spans }) =>
    `${plural(total.count, 'operation')} by ${plural(run.concurrency, 'client')}, under ` +
    `${spans.length > 0 ? countFaults(spans) : 'no faults'}, broke nothing that was checked ` +
    `(${checks.map(({ checker }) => checker).join(', ')}). This is no proof that nothing ever breaks: ` +
    'another seed, a longer run, another kind of fault or another workload may still find something.',
  violation: ({ data: { run }, checks }) => {
    return (
      `${whatWasBroken(checks)} One such case is enough to show that the promise is broken here. It does not ` +
      `show where the mistake lies: in ${run.target} ${run.version}, in this configuration, or in how the ` +
      'client talks to it.'
    );
  },
  inconclusive: () =>
    'A checker reached the end of its time or memory, or had too little to go by, before it could decide. ' +
    'This is neither a pass nor a violation: give it higher limits or a smaller history.',
  vacuous: ({ figures: { total } }) =>
    `Too little happened to learn anything: ${formatCount(total.ok)} of ` +
    `${plural(total.count, 'operation')} succeeded, or a fault that was planned was never seen to take ` +
    'hold. It says nothing for or against the system.',
  error: () =>
    'The harness, the runtime or the system could not do its part, so the run is not what was asked for. ' +
    'It says nothing for or against the promises of the system.',
};

/** What one may say depends on who saw it: clients, a monitor inside, or a node that ended. */
function whatWasBroken(checks: readonly ShownCheck[]): string {
  const invalid = checks.filter(({ check }) => check.verdict === 'invalid');
  if (invalid.length === 0) {
    return 'The clients saw nothing wrong; a node ended because a promise of its own could no longer hold.';
  }
  if (invalid.every(({ view }) => view?.seenInside)) {
    return 'The clients saw nothing wrong; inside, a step broke an invariant that the proof of the protocol rests on.';
  }
  const because = invalid.map(({ view }) => view?.because).find((reason) => reason !== undefined);
  const reason = because === undefined ? '' : `: ${because}`;
  return `What the clients saw cannot come from a system that keeps its promise${reason}.`;
}

function seededBugs({ run: { bugs } }: ReportData): string {
  if (bugs.length === 0) return '';
  return ` The nodes ran with a mistake built in on purpose: ${bugs.join(', ')}.`;
}
