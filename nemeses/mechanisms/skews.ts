import { z } from 'zod';

import type { ClockSkew, ClusterNode } from '../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../harness/contracts/nemesis.js';
import {
  clockSkews,
  formatSkew,
  isRight,
  observeSkew,
  putRight,
  skewOf,
} from '../evidence/clocks.js';
import type { Return, Sighting } from '../victims/victims.js';

/** Less would have to be watched for long. */
const LEAST_DRIFT_PPM = 200_000;
const DEFAULT_MAX_RATE = 2;

/** The skew as it was carried out; absent where it is only planned. */
export const carriedSkew = z
  .strictObject({
    offsetMs: z.number(),
    driftPpm: z.number(),
    strobeMs: z.number().optional(),
    monotonic: z.boolean().optional(),
  })
  .optional();

/** How a node comes by its wrong clock. */
type Skewing = (node: ClusterNode, skew: ClockSkew, context: NemesisContext) => Promise<void>;

/** Skews the clocks of these nodes, as they run or as `skewing` does it, and observes each. */
export async function skewNodes(
  nodes: readonly ClusterNode[],
  skew: ClockSkew,
  context: NemesisContext,
  skewing: Skewing = skewRunning,
): Promise<Sighting[]> {
  const before = await clockSkews(nodes);
  await Promise.all(nodes.map((node) => skewing(node, skew, context)));
  return observeSkew(nodes, skew, before, context);
}

export async function skewRunning({ name, clock }: ClusterNode, skew: ClockSkew): Promise<void> {
  if (clock === undefined) throw new Error(`the clock of ${name} cannot be skewed`);
  await clock.skew(skew);
}

/** The clock of one node as it was, read before and after. */
export async function rightClock(node: ClusterNode): Promise<Return> {
  const during = await skewOf(node).catch(() => undefined);
  await putRight(node);
  if (node.state !== 'running') {
    return { back: true, observation: `${node.name}: ${node.state}, starts with a right clock` };
  }
  const after = await skewOf(node);
  const off = during === undefined ? 'could not be read' : `was off by ${formatSkew(during)}`;
  const observation = `${node.name}: its wall clock ${off}, is off by ${formatSkew(after)} now`;
  return { back: isRight(after), observation };
}

/** Clocks that are off, of nodes that run. */
export async function wrongClocks(
  _faults: readonly unknown[],
  { cluster: { nodes } }: NemesisContext,
): Promise<string[]> {
  const skews = await clockSkews(nodes);
  return nodes.flatMap(({ name }, index) =>
    isRight(skews[index])
      ? []
      : [`the clock of ${name} is still off by ${formatSkew(skews[index])}`],
  );
}

/** A fast clock is at most `clockRateMax` times as fast as a right one, which is at most so many times as fast as a slow one. */
export function drawDrift(
  fast: boolean,
  share: number,
  { clockRateMax = DEFAULT_MAX_RATE }: NemesisContext,
): number {
  const most = 1e6 * (fast ? clockRateMax - 1 : 1 - 1 / clockRateMax);
  return Math.round(between(LEAST_DRIFT_PPM, most, share)) * (fast ? 1 : -1);
}

/** Each order of magnitude is as likely as any other. */
export function between(least: number, most: number, share: number): number {
  return least * (most / least) ** share;
}
