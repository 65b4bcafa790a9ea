import type { Checker } from '../../harness/contracts/checker.js';
import type { History } from '../../harness/history/operation.js';
import type { CheckResult } from '../../harness/verdict.js';
import { noun } from '../../harness/text/numbers.js';
import { formatTime } from '../../harness/text/time.js';
import type { DurabilityBucket, DurabilityEvidence, LostWrite } from './evidence.js';
import { fatesOf, UnjudgeableHistory, type JudgedWrite } from './fates.js';
import { faultsOf, isPowerCut } from './faults.js';
import { groupByFault, lossesOf } from './losses.js';

const CHECKER = 'durability';
const BUCKETS = 100;
const WRITES_SHOWN = 100;

export interface DurabilityOptions {
  /** The target's durability mode, for people. */
  mode?: string;
  /** Whether that mode promises that acknowledged writes survive a power cut; true where left out. */
  survivesPowerLoss?: boolean;
}

/**
 * Whether every acknowledged write is still there in the end, by reads called after its answer; see `fatesOf`.
 * `invalid` where one is lost, or where a value is read that nobody wrote. A mode that does not promise to survive a
 * power cut may lose writes once there was one, and none before: then it is `valid`, as promised, and the summary says how
 * many. `unknown` where a write was read by nobody since.
 */
export function createDurabilityChecker(options: DurabilityOptions = {}): Checker {
  return {
    name: CHECKER,
    description: 'every acknowledged write is there in the end, or lost as the mode promises',
    check: (history) => Promise.resolve(judge(history, options)),
  };
}

function judge(history: History, options: DurabilityOptions): CheckResult<DurabilityEvidence> {
  try {
    return verdictOn(evidenceOf(history, options));
  } catch (error) {
    if (!(error instanceof UnjudgeableHistory)) throw error;
    const summary = `Durability cannot be judged here: ${error.message}.`;
    return { checker: CHECKER, verdict: 'unknown', unknownReason: 'not enough data', summary };
  }
}

function evidenceOf(
  history: History,
  { mode, survivesPowerLoss = true }: DurabilityOptions,
): DurabilityEvidence {
  const { acknowledged, unacknowledged, phantoms } = fatesOf(history);
  const faults = faultsOf(history);
  const losses = lossesOf(acknowledged, faults, survivesPowerLoss);
  const count = (kind: string): number =>
    acknowledged.filter(({ fate }) => fate.kind === kind).length;
  const lost = losses.map((loss) => loss.lost);
  return {
    kind: 'durability',
    mode: mode ?? null,
    survivesPowerLoss,
    acknowledged: acknowledged.length,
    lost: lost.length,
    lostAsPromised: lost.filter(({ promised }) => promised).length,
    outOfOrder: lost.filter(({ outOfOrder }) => outOfOrder).length,
    unread: count('unread'),
    missed: count('missed'),
    unacknowledged,
    phantoms: phantoms.length,
    powerCuts: faults.filter(isPowerCut).length,
    byFault: groupByFault(losses),
    // What breaks the promise comes first: of that none should be cut off.
    writes: [...lost]
      .sort((a, b) => Number(a.promised) - Number(b.promised))
      .slice(0, WRITES_SHOWN),
    ...bucketsOf(acknowledged),
  };
}

function bucketsOf(
  judged: readonly JudgedWrite[],
): Pick<DurabilityEvidence, 'bucketMs' | 'buckets'> {
  const end = judged.reduce((last, { write }) => Math.max(last, write.endTime), 0);
  const width = Math.max(1, Math.ceil((end + 1) / BUCKETS));
  const buckets: DurabilityBucket[] = [];
  for (let time = 0; time <= end; time += width) {
    buckets.push({ time, acknowledged: 0, lost: 0 });
  }
  for (const { write, fate } of judged) {
    const bucket = buckets[Math.floor(write.endTime / width)];
    bucket.acknowledged++;
    if (fate.kind === 'lost') bucket.lost++;
  }
  return { bucketMs: width / 1e6, buckets };
}

function verdictOn(evidence: DurabilityEvidence): CheckResult<DurabilityEvidence> {
  const { acknowledged, lost, lostAsPromised, unread, phantoms } = evidence;
  const of = `of ${acknowledged} acknowledged writes`;
  if (lost > lostAsPromised) {
    const broken = lost - lostAsPromised;
    const summary = `${broken} ${of} ${noun(broken, 'was', 'were')} lost. ${firstOf(evidence.writes[0])}`;
    return { checker: CHECKER, verdict: 'invalid', summary, evidence };
  }
  if (phantoms > 0) {
    const summary = `${phantoms} ${noun(phantoms, 'read')} returned a value that nobody had written.`;
    return { checker: CHECKER, verdict: 'invalid', summary, evidence };
  }
  if (acknowledged === 0 || unread > 0) {
    const summary =
      acknowledged === 0
        ? 'No write was acknowledged.'
        : `${unread} ${of} ${noun(unread, 'was', 'were')} read by nobody afterwards.`;
    const unknownReason = 'not enough data';
    return { checker: CHECKER, verdict: 'unknown', unknownReason, summary, evidence };
  }
  return { checker: CHECKER, verdict: 'valid', ...validWords(evidence, of), evidence };
}

function validWords(
  { lost, mode, missed }: DurabilityEvidence,
  of: string,
): Pick<CheckResult, 'summary' | 'remark'> {
  const stale =
    missed === 0
      ? ''
      : ` ${missed} ${noun(missed, 'was', 'were')} missed by a read and seen by a later one.`;
  if (lost === 0) return { summary: `None ${of} was lost.${stale}` };
  const promise = mode === null ? 'as promised' : `as promised by the mode ${mode}`;
  const remark = `${lost} ${of} ${noun(lost, 'was', 'were')} lost after a power cut, ${promise}`;
  return { summary: `${remark}.${stale}`, remark };
}

function firstOf({ key, value, acknowledgedAt, missedAt, outOfOrder }: LostWrite): string {
  const place = key === null ? '' : ` to ${key}`;
  const order = outOfOrder ? ', though a later one is still there' : '';
  return (
    `First: ${JSON.stringify(value)}${place}, acknowledged at ${formatTime(acknowledgedAt)}, ` +
    `missed from ${formatTime(missedAt)} on${order}.`
  );
}
