import type { ClockSkew, ClusterNode } from '../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../harness/contracts/nemesis.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { Sighting } from '../victims/victims.js';

/** What a clock may be off by itself: nothing keeps machines closer together for certain. */
const HONEST_MS = 100;
/**
 * A reading that may be wrong by more is done again: with twice that and what is honest, every clock that is off by
 * 400 ms is told from a right one.
 */
const PRECISE_MS = 100;
/** On a loaded machine a reading takes long now and then, and hardly ever so often in a row. */
const MOST_READINGS = 6;
/** A drift is watched for so long, again where what was gained is not much more than what a reading may be wrong. */
const DRIFT_WATCH_MS = 1_000;
const MOST_WATCHES = 4;
/** So many readings see both sides of a strobe, but once in a million. */
const STROBE_READINGS = 20;

/** How far a node's wall clock is ahead of ours, in milliseconds, give or take `errorMs`. */
export interface Skew {
  ms: number;
  errorMs: number;
  /** When it was read, by our wall clock, as certain as the skew is. */
  atMs: number;
}

async function readSkew(node: ClusterNode): Promise<Skew> {
  if (node.clock === undefined) throw new Error(`the clock of ${node.name} cannot be read`);
  const { wallMs, fromMs, untilMs } = await node.clock.read();
  const atMs = (fromMs + untilMs) / 2;
  return { ms: wallMs - atMs, errorMs: (untilMs - fromMs) / 2, atMs };
}

/** The first of some readings that is precise, or the most precise one. Throws where the clock cannot be read. */
export async function skewOf(node: ClusterNode): Promise<Skew> {
  let best = await readSkew(node);
  for (let readings = 1; readings < MOST_READINGS && best.errorMs > PRECISE_MS; readings++) {
    const next = await readSkew(node);
    if (next.errorMs < best.errorMs) best = next;
  }
  return best;
}

/** Of these nodes, in their order. */
export function clockSkews(nodes: readonly ClusterNode[]): Promise<Skew[]> {
  return Promise.all(nodes.map(skewOf));
}

/** Whether a clock that is right can have been read so. */
export function isRight({ ms, errorMs }: Skew): boolean {
  return Math.abs(ms) <= errorMs + HONEST_MS;
}

/** In words: `12 ms`, or `300 ± 250 ms` where that is all that a loaded machine lets see. */
export function formatSkew({ ms, errorMs }: Skew): string {
  const rounded = Math.round(ms);
  return errorMs > PRECISE_MS ? `${rounded} ± ${Math.round(errorMs)} ms` : `${rounded} ms`;
}

/** Its clock as it was; nothing where the runtime skews none. */
export async function putRight(node: ClusterNode): Promise<void> {
  await node.clock?.putRight();
}

/** Reads the clocks of nodes that were skewed; `before` is how far off each was already. */
export function observeSkew(
  nodes: readonly ClusterNode[],
  skew: ClockSkew,
  before: readonly Skew[],
  { clock }: NemesisContext,
): Promise<Sighting[]> {
  return Promise.all(
    nodes.map((node, index) => {
      if (skew.strobeMs !== undefined) return observeStrobe(node, skew, before[index], clock);
      if (skew.driftPpm !== 0) return observeDrift(node, skew, before[index], clock);
      return observeOffset(node, skew, before[index]);
    }),
  );
}

/** Off by the offset, as far as readings go, and for certain by something. */
async function observeOffset(
  node: ClusterNode,
  { offsetMs }: ClockSkew,
  before: Skew,
): Promise<Sighting> {
  const now = await skewOf(node);
  const moved = now.ms - before.ms;
  const errorMs = now.errorMs + before.errorMs;
  const near = Math.min(errorMs + HONEST_MS, Math.abs(offsetMs) / 2);
  const tookEffect = Math.abs(moved - offsetMs) <= near && Math.abs(moved) > errorMs;
  return { tookEffect, observation: `${was(node, before)}, is off by ${formatSkew(now)} now` };
}

/** Gaining or losing by the drift, watched until that is more than what readings may be wrong. */
async function observeDrift(
  node: ClusterNode,
  { driftPpm }: ClockSkew,
  before: Skew,
  clock: Clock,
): Promise<Sighting> {
  const first = await skewOf(node);
  for (let watches = 1; ; watches++) {
    await clock.sleep(DRIFT_WATCH_MS);
    const last = await skewOf(node);
    const elapsedMs = last.atMs - first.atMs;
    const due = (elapsedMs * driftPpm) / 1e6;
    const isClear = Math.abs(due) >= 4 * (first.errorMs + last.errorMs);
    if (!isClear && watches < MOST_WATCHES) continue;
    const share = (last.ms - first.ms) / due;
    const gained = `${Math.round(last.ms - first.ms)} ms in ${Math.round(elapsedMs)} ms`;
    const observation = `${was(node, before)}, is off by ${formatSkew(first)} and gained ${gained}`;
    return { tookEffect: isClear && share > 0.5 && share < 2, observation };
  }
}

/** Off by the offset at one time and not at another; one reading each, whose seconds jump with the clock. */
async function observeStrobe(
  node: ClusterNode,
  { offsetMs, strobeMs = 0 }: ClockSkew,
  before: Skew,
  clock: Clock,
): Promise<Sighting> {
  const readings: Skew[] = [];
  const isOff = ({ ms }: Skew): boolean => Math.abs(ms - before.ms) > Math.abs(offsetMs) / 2;
  while (readings.length < STROBE_READINGS && new Set(readings.map(isOff)).size < 2) {
    readings.push(await readSkew(node));
    // Quick readings all fall into one turn, and those of a whole period into the same part of each.
    await clock.sleep(strobeMs * 0.7);
  }
  const seen = readings.map(({ ms }) => `${Math.round(ms)}`).join(', ');
  return {
    tookEffect: new Set(readings.map(isOff)).size === 2,
    observation: `${was(node, before)}, then by ${seen} ms by turns`,
  };
}

function was({ name }: ClusterNode, before: Skew): string {
  return `${name}: its wall clock was off by ${formatSkew(before)}`;
}
