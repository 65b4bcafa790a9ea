import { z } from 'zod';

import type { Link } from '../../harness/contracts/cluster.js';
import type { NemesisContext, PlannedFault } from '../../harness/contracts/nemesis.js';
import type { Random } from '../../harness/environment/random.js';
import { elapsedMs } from '../../harness/environment/elapsed.js';
import { OPEN_PROBE_MS, probeable } from '../evidence/probes.js';
import { allLinks, carriedLinks } from '../victims/links.js';
import { drawOrder } from '../victims/roles.js';
import type { ChosenLinks } from './link-fault.js';

/** Which links between nodes a fault of theirs touches: all, those of one node, or some. */
export const LINK_VARIANTS = ['all', 'one-node', 'some'];

/** Of a fault of such links: the draws that choose them, and once it was carried out, those that were chosen. */
export const linkChoice = z.strictObject({
  order: z.array(z.string()),
  draws: z.array(z.int()),
  links: carriedLinks,
});

export type LinkChoice = z.infer<typeof linkChoice>;

/** The random draws of a choice of links, made before anybody knows which nodes will run. */
export function drawLinks(
  random: Random,
  nodes: readonly string[],
): Pick<LinkChoice, 'order' | 'draws'> {
  return {
    ...drawOrder(random, nodes),
    draws: nodes.flatMap(() => nodes.map(() => random.integer(2))),
  };
}

/**
 * A fault of links that nobody uses shows nothing, so there is always one between nodes that run, from or to the leader
 * where there is one: followers say nothing to each other. Any others may be among them.
 */
export async function chooseLinks(
  { variant, parameters: { order, draws } }: PlannedFault<LinkChoice>,
  context: NemesisContext,
): Promise<ChosenLinks> {
  const links = allLinks(context);
  if (variant === 'all') return { links };
  const leader = await context.leader();
  const running = probeable(links, context);
  const ofLeader = running.filter(({ from, to }) => from === leader || to === leader);
  const used = ofLeader.length > 0 ? ofLeader : running;
  const touches = (name: string): ((link: Link) => boolean) => {
    return ({ from, to }) => from === name || to === name;
  };
  const first = order.find((name) => used.some(touches(name))) ?? order[0];
  const one = links.filter(touches(first));
  if (variant === 'one-node') return { links: one };
  const some = links.filter((_, index) => draws[index] === 1);
  if (some.some((link) => used.includes(link))) return { links: some };
  return { links: [...some, ...used.filter(touches(first))] };
}

/** How long a probe takes on each link that it passes, milliseconds, in the order of the links. */
export async function travelTimes(
  links: readonly Link[],
  context: NemesisContext,
): Promise<{ link: Link; ms: number }[]> {
  const times = await Promise.all(
    probeable(links, context).map(async (link) => {
      const start = context.clock.now();
      const passed = await context.cluster.network.probe(link, OPEN_PROBE_MS);
      return { link, passed, ms: elapsedMs(context.clock, start) };
    }),
  );
  return times.filter(({ passed }) => passed);
}

/** Whether the typical time of the one is less than that of the other, and both were measured. */
export function isFaster(
  some: readonly { ms: number }[],
  others: readonly { ms: number }[],
): boolean {
  return some.length > 0 && others.length > 0 && medianMs(some) < medianMs(others);
}

function medianMs(times: readonly { ms: number }[]): number {
  const sorted = times.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** The typical time in words. */
export function summary(times: readonly { ms: number }[]): string {
  return times.length === 0 ? 'for ever' : `${medianMs(times).toFixed(1)} ms (median)`;
}
