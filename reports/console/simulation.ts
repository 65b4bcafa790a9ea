import { EXIT_CODES, type Outcome } from '../../harness/verdict.js';
import { enumerate } from '../../harness/text/sentences.js';
import { formatCount, plural } from '../../harness/text/numbers.js';
import { formatDuration } from '../../harness/text/time.js';

/** What many simulated runs came to together. */
export interface Tally {
  runs: number;
  outcomes: Readonly<Record<Outcome, number>>;
  /** The lowest seed of each outcome but `pass`, and what was said of it. */
  examples: ReadonlyMap<Outcome, { seed: number; sentence: string }>;
  operations: number;
  faults: number;
  virtualNs: number;
}

const OUTCOME_TEXTS: Readonly<Record<Outcome, string>> = {
  pass: 'passed',
  violation: 'with a violation',
  inconclusive: 'inconclusive',
  vacuous: 'vacuous',
  error: 'with an error',
};

/** How far a search is, in one line. */
export function tallyText(tally: Tally, tookNs: number): string {
  return `${plural(tally.runs, 'run')}, ${pace(tally, tookNs)}: ${outcomesText(tally)}`;
}

/** What a search did, for its end: what came out, how much was tried, and how fast. */
export function tallyLines(
  tally: Tally,
  { tookNs, target, failing }: { tookNs: number; target: string; failing: number | undefined },
): string[] {
  const first = failing === undefined ? '' : `; seed ${failing} was the first to fail`;
  const head = `${plural(tally.runs, 'simulated run')} of ${target}: ${outcomesText(tally)}${first}.`;
  const rest = [...tally.examples].filter(([, { seed }]) => seed !== failing);
  return [
    head,
    ...rest.map(([outcome, { seed, sentence }]) => `  ${outcome}, first seed ${seed}: ${sentence}`),
    `${formatDuration(tally.virtualNs)} of virtual time, ${plural(tally.operations, 'operation')}, ` +
      `${plural(tally.faults, 'fault')}, in ${formatDuration(tookNs)}: ${pace(tally, tookNs)}.`,
  ];
}

function outcomesText({ outcomes }: Tally): string {
  const names = Object.keys(EXIT_CODES) as Outcome[];
  const seen = names.filter((outcome) => outcomes[outcome] > 0);
  return (
    enumerate(
      seen.map((outcome) => `${formatCount(outcomes[outcome])} ${OUTCOME_TEXTS[outcome]}`),
    ) || 'none yet'
  );
}

/** `212 runs a minute, 212 virtual seconds a second`. */
function pace({ runs, virtualNs }: Tally, tookNs: number): string {
  if (tookNs <= 0) return 'just begun';
  const perMinute = Math.round((runs / tookNs) * 60e9);
  const ratio = Math.round(virtualNs / tookNs);
  return `${formatCount(perMinute)} runs a minute, ${formatCount(ratio)} virtual seconds a second`;
}
