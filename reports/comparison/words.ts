import { enumerate } from '../../harness/text/sentences.js';
import { formatCount, formatShare } from '../../harness/text/numbers.js';
import { formatDuration } from '../../harness/text/time.js';
import type { ComparedRun } from './compared-run.js';
import type { ComparedGroup, Comparison, FigureName, Spread } from './comparison.js';

const duration = (ms: number): string => formatDuration(ms * 1e6);
const share = (part: number): string => formatShare(part, 1);

/** How a figure is called, and how its values are written. */
export const FIGURE_WORDS: Readonly<
  Record<FigureName, { title: string; short: string; format: (value: number) => string }>
> = {
  acknowledged: { title: 'Acknowledged writes', short: 'acknowledged', format: formatCount },
  lost: { title: 'Acknowledged writes lost', short: 'lost', format: formatCount },
  lostShare: { title: 'Share of acknowledged writes lost', short: 'lost %', format: share },
  windowMs: {
    title: 'Oldest lost write, before its fault',
    short: 'oldest lost',
    format: duration,
  },
  okPerSecond: { title: 'Throughput', short: 'ok/s', format: formatCount },
  p50: { title: 'Latency, median', short: 'p50', format: duration },
  p99: { title: 'Latency, p99', short: 'p99', format: duration },
  p999: { title: 'Latency, p99.9', short: 'p99.9', format: duration },
  availability: { title: 'Available under faults', short: 'available', format: share },
  recoveryMs: { title: 'Slowest recovery', short: 'recovery', format: duration },
};

/** The figures of the two tables: what is lost, and what it costs. */
export const LOSSES: readonly FigureName[] = ['acknowledged', 'lost', 'windowMs'];
export const COSTS: readonly FigureName[] = [
  'okPerSecond',
  'p50',
  'p99',
  'p999',
  'availability',
  'recoveryMs',
];

/** `1,203 (1,150–1,260)`, or one value where there is no spread. */
export function spreadText(name: FigureName, spread: Spread | null): string {
  if (spread === null) return '–';
  const { format } = FIGURE_WORDS[name];
  const [median, least, most] = [spread.median, spread.least, spread.most].map(format);
  return least === most ? median : `${median} (${rangeText(least, most)})`;
}

/** `1.2–3.4 ms`: a unit that both have is said once. */
function rangeText(least: string, most: string): string {
  const unit = / \D+$/.exec(most)?.[0] ?? '';
  return `${unit !== '' && least.endsWith(unit) ? least.slice(0, -unit.length) : least}–${most}`;
}

/** What a mode promises for power cuts, in two words. */
export function promiseText({ survivesPowerLoss }: ComparedGroup): string {
  if (survivesPowerLoss === null) return '–';
  return survivesPowerLoss ? 'keeps all' : 'may lose';
}

/** Runs that did not get to see what was lost. */
function untoldRuns({ runs }: ComparedGroup): ComparedRun[] {
  return runs.filter(({ durability }) => durability?.lost === null);
}

/** What the runs of a group came to: the sentence that a reader takes along. */
export function groupSentence(group: ComparedGroup): string {
  const { figures, runs, broken, survivesPowerLoss, label, outcome } = group;
  const cuts = runs.reduce((sum, { durability }) => sum + (durability?.powerCuts ?? 0), 0);
  const under = cuts === 0 ? 'without a power cut' : `in ${formatCount(cuts)} power cuts`;
  const untold = untoldRuns(group);
  if (figures.lost === null && untold.length === 0) return `${label}: ${outcome}.`;
  if (untold.length > 0 && broken === 0) {
    const [{ spec, sentence }] = untold;
    const of = runs.length > 1 ? ` in ${untold.length} of ${runs.length} runs` : '';
    return `What ${label} lost is not known${of}. Seed ${spec.seed}: ${sentence}`;
  }
  const all = (name: 'lost' | 'acknowledged'): number =>
    runs.reduce((sum, { durability }) => sum + (durability?.[name] ?? 0), 0);
  const [lost, acknowledged] = [all('lost'), all('acknowledged')];
  const of = `of ${formatCount(acknowledged)} acknowledged writes`;
  if (broken > 0) return `${label} lost ${formatCount(broken)} ${of} against its promise.`;
  if (lost > 0) {
    const part = formatShare(lost, acknowledged);
    return `${label} lost ${formatCount(lost)} ${of} (${part}) ${under}: it promises no more.`;
  }
  const luck = survivesPowerLoss === false && cuts > 0 ? ', though it would be allowed to' : '';
  return `${label} lost none ${of} ${under}${luck}.`;
}

/** Why a run did not pass, a line for each that did not. */
export function troubleLines({ groups }: Comparison): string[] {
  return groups.flatMap(({ label, runs }) =>
    runs
      .filter(({ outcome }) => outcome !== 'pass')
      .map(({ spec, sentence }) => `${label}, seed ${spec.seed}: ${sentence}`),
  );
}

/** The comparison in one sentence. */
export function comparisonSentence({ groups }: Comparison): string {
  const broken = groups.filter((group) => group.broken > 0).map(({ label }) => label);
  if (broken.length > 0) {
    return `${enumerate(broken)} lost acknowledged writes that ${broken.length === 1 ? 'it' : 'they'} promised to keep.`;
  }
  const judged = groups.filter(({ figures }) => figures.lost !== null);
  const untold = groups.filter((group) => untoldRuns(group).length > 0).map(({ label }) => label);
  if (judged.length + untold.length === 0) {
    return 'No workload of these runs asks whether writes were lost.';
  }
  const losers = judged.filter(({ figures }) => (figures.lost?.most ?? 0) > 0);
  const names = enumerate(losers.map(({ label }) => label));
  const lost = `${names} lost acknowledged writes, and ${losers.length === 1 ? 'promises' : 'promise'} no more`;
  if (untold.length > 0) {
    const seen = losers.length > 0 ? lost : 'No acknowledged write was seen to be lost';
    return `${seen}; what ${enumerate(untold)} lost is not known for every run.`;
  }
  if (losers.length === 0) return 'No acknowledged write was lost in any of these runs.';
  return `${lost}; nothing else was lost.`;
}
