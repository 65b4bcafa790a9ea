import type { ClockSkew, ClusterNode } from '../harness/contracts/cluster.js';
import type { NemesisContext } from '../harness/contracts/nemesis.js';
import type { Sighting } from './victims.js';

/** A reading is late by the way that it goes; on a loaded machine that may be so much. */
const TOLERANCE_MS = 400;
/** A drift is watched for so long. */
const DRIFT_WATCH_MS = 1_000;
/** So many readings see both sides of a strobe, but once in a million. */
const STROBE_READINGS = 20;

/** How many milliseconds a node's wall clock is ahead of ours. Throws where it cannot be read. */
export async function skewOf(node: ClusterNode, { clock }: NemesisContext): Promise<number> {
  if (node.readClock === undefined) throw new Error(`the clock of ${node.name} cannot be read`);
  const reading = await node.readClock();
  return reading - clock.wallMs();
}

/** Of these nodes, in their order. */
export function clockSkews(
  nodes: readonly ClusterNode[],
  context: NemesisContext,
): Promise<number[]> {
  return Promise.all(nodes.map((node) => skewOf(node, context)));
}

/** Whether this is no more than reading a clock takes. */
export function clocksAgree(skewMs: number): boolean {
  return Math.abs(skewMs) <= TOLERANCE_MS;
}

/** Its clock as it was; nothing where the runtime skews none. */
export async function putRight(node: ClusterNode): Promise<void> {
  await node.skewClock?.(null);
}

/** Reads the clocks of nodes that were skewed; `before` is how far off each was already. */
export function observeSkew(
  nodes: readonly ClusterNode[],
  skew: ClockSkew,
  before: readonly number[],
  context: NemesisContext,
): Promise<Sighting[]> {
  const observe = skew.strobeMs === undefined ? observeSteady : observeStrobe;
  return Promise.all(nodes.map((node, index) => observe(node, skew, before[index], context)));
}

/** Off by the offset, and gaining or losing by the drift. */
async function observeSteady(
  node: ClusterNode,
  { offsetMs, driftPpm }: ClockSkew,
  before: number,
  context: NemesisContext,
): Promise<Sighting> {
  const first = await skewOf(node, context);
  const said = `${node.name}: its wall clock was off by ${Math.round(before)} ms, is off by`;
  if (driftPpm === 0) {
    const near = Math.min(TOLERANCE_MS, Math.abs(offsetMs) / 2);
    const bit = Math.abs(first - before - offsetMs) <= near;
    return { bit, observation: `${said} ${Math.round(first)} ms now` };
  }
  const start = context.clock.now();
  await context.clock.sleep(DRIFT_WATCH_MS);
  const second = await skewOf(node, context);
  const elapsedMs = (context.clock.now() - start) / 1e6;
  const share = (second - first) / ((elapsedMs * driftPpm) / 1e6);
  const gained = `${Math.round(second - first)} ms in ${Math.round(elapsedMs)} ms`;
  const observation = `${said} ${Math.round(first)} ms and gained ${gained}`;
  return { bit: share > 0.5 && share < 2, observation };
}

/** Off by the offset at one time and not at another. */
async function observeStrobe(
  node: ClusterNode,
  { offsetMs }: ClockSkew,
  before: number,
  context: NemesisContext,
): Promise<Sighting> {
  const readings: number[] = [];
  const isOff = (skewMs: number): boolean => Math.abs(skewMs - before) > Math.abs(offsetMs) / 2;
  while (readings.length < STROBE_READINGS && new Set(readings.map(isOff)).size < 2) {
    readings.push(await skewOf(node, context));
  }
  const seen = readings.map((skewMs) => `${Math.round(skewMs)}`).join(', ');
  return {
    bit: new Set(readings.map(isOff)).size === 2,
    observation: `${node.name}: its wall clock was off by ${Math.round(before)} ms, then by ${seen} ms by turns`,
  };
}
