import type { Outcome, Verdict } from '../../harness/verdict.js';
import { formatCount, plural } from './format.js';
import type { Figures } from '../data/figures.js';
import { countFaults, type FaultSpan } from '../data/faults.js';
import type { ReportData } from '../data/report-data.js';

/** How an outcome is shown: never by its colour alone. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, { icon: string; title: string }>> = {
  pass: { icon: '✓', title: 'Pass' },
  violation: { icon: '✗', title: 'Violation' },
  inconclusive: { icon: '?', title: 'Inconclusive' },
  vacuous: { icon: '○', title: 'Vacuous' },
  error: { icon: '!', title: 'Error' },
};

export const VERDICT_WORDS: Readonly<Record<Verdict, { icon: string; title: string }>> = {
  valid: { icon: '✓', title: 'valid' },
  invalid: { icon: '✗', title: 'invalid' },
  unknown: { icon: '?', title: 'unknown' },
};

/** What a reader may and may not conclude from an outcome, in a few sentences. */
export function whatItProves(
  data: ReportData,
  figures: Figures,
  spans: readonly FaultSpan[],
): string {
  return `${CONCLUSIONS[data.outcome.outcome](data, figures, spans)}${seededBugs(data)}`;
}

type Conclusion = (data: ReportData, figures: Figures, spans: readonly FaultSpan[]) => string;

const CONCLUSIONS: Readonly<Record<Outcome, Conclusion>> = {
  pass: ({ run, checks }, { total }, spans) =>
    `${plural(total.count, 'operation')} by ${plural(run.concurrency, 'client')}, under ` +
    `${spans.length > 0 ? countFaults(spans) : 'no faults'}, broke nothing that was checked ` +
    `(${checks.map(({ checker }) => checker).join(', ')}). This is no proof that nothing ever breaks: ` +
    'another seed, a longer run, another kind of fault or another workload may still find something.',
  violation: (data) => {
    const { run } = data;
    return (
      `${whatWasBroken(data)} One such case is enough to show that the promise is broken here. It does not ` +
      `show where the mistake lies: in ${run.target} ${run.version}, in this configuration, or in how the ` +
      'client talks to it.'
    );
  },
  inconclusive: () =>
    'A checker reached the end of its time or memory, or had too little to go by, before it could decide. ' +
    'This is neither a pass nor a violation: give it higher limits or a smaller history.',
  vacuous: (_, { total }) =>
    `Too little happened to learn anything: ${formatCount(total.ok)} of ` +
    `${plural(total.count, 'operation')} succeeded, or a fault that was planned was never seen to take ` +
    'hold. It says nothing for or against the system.',
  error: () =>
    'The harness, the runtime or the system could not do its part, so the run is not what was asked for. ' +
    'It says nothing for or against the promises of the system.',
};

/** What one may say depends on who saw it: clients, a monitor inside, or a node that ended. */
function whatWasBroken({ checks }: ReportData): string {
  const invalid = checks.filter(({ verdict }) => verdict === 'invalid');
  if (invalid.some(({ checker }) => checker === 'linearizability')) {
    return (
      'What the clients saw cannot come from a system that keeps its promise: no order of the operations and no ' +
      'fate of the unanswered ones explains it.'
    );
  }
  if (invalid.some(({ checker }) => checker !== 'invariants')) {
    return 'What the clients saw cannot come from a system that keeps its promise.';
  }
  return invalid.length > 0
    ? 'The clients saw nothing wrong; inside, a step broke an invariant that the proof of the protocol rests on.'
    : 'The clients saw nothing wrong; a node ended because a promise of its own could no longer hold.';
}

function seededBugs({ run: { bugs } }: ReportData): string {
  if (bugs.length === 0) return '';
  return ` The nodes ran with a mistake built in on purpose: ${bugs.join(', ')}.`;
}
