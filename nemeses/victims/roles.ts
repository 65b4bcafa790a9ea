import { z } from 'zod';

import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../harness/contracts/nemesis.js';
import type { Random } from '../../harness/environment/random.js';

/** Whom a fault of nodes can be asked to hit, as in `kill:majority`. */
const ROLES = ['one', 'leader', 'follower', 'minority', 'majority', 'all'];

/** Of a fault of nodes: the order in which they are taken, and once it was carried out, those that were. */
export const nodeChoice = z.strictObject({
  order: z.array(z.string()),
  nodes: z.array(z.string()).optional(),
});

export type NodeChoice = z.infer<typeof nodeChoice>;

/** The variants of a nemesis that takes these roles by itself; the others are left to be asked for by name. */
export function roleVariants(usual: readonly string[]): {
  variants: readonly string[];
  onRequest: readonly string[];
  byLeader: readonly string[];
} {
  return {
    variants: usual,
    onRequest: ROLES.filter((role) => !usual.includes(role)),
    byLeader: ['leader', 'follower'],
  };
}

/** Nodes that a fault was resolved to, with what is worth saying about the choice. */
export interface Chosen {
  nodes: readonly ClusterNode[];
  notes: readonly string[];
}

/** The random draw that every choice of nodes needs. */
export function drawOrder(random: Random, nodes: readonly string[]): { order: string[] } {
  return { order: random.shuffle(nodes) };
}

/** The largest number of nodes that leaves a majority of the others: 1 of 3, 2 of 5; at least one. */
export function minoritySize(nodes: number): number {
  return Math.max(1, Math.floor((nodes - 1) / 2));
}

/**
 * The nodes that `role` (`one`, `leader`, `follower`, `minority`, `majority`, `all`) stands for now, among those
 * that run. Without a known leader the first of the planned order takes its place. Where the choice has names already,
 * as that of a fault that was carried out before, those are taken.
 */
export async function chooseNodes(
  role: string,
  { order, nodes: named }: NodeChoice,
  context: NemesisContext,
): Promise<Chosen> {
  const { cluster } = context;
  const running = cluster.nodes.filter((node) => node.state === 'running');
  const ordered = inOrder(running, order);
  if (named !== undefined) {
    return { nodes: ordered.filter((node) => named.includes(node.name)), notes: [] };
  }
  if (role === 'leader') return chooseLeader(ordered, context);
  if (role === 'follower') return chooseFollower(ordered, context);
  const sizes: Record<string, number> = {
    one: 1,
    minority: minoritySize(cluster.nodes.length),
    majority: Math.floor(cluster.nodes.length / 2) + 1,
    all: ordered.length,
  };
  return { nodes: ordered.slice(0, sizes[role]), notes: [] };
}

/** These nodes in the planned order; those that the plan does not know come last. */
function inOrder(nodes: readonly ClusterNode[], order: readonly string[]): ClusterNode[] {
  const rank = ({ name }: ClusterNode): number =>
    order.includes(name) ? order.indexOf(name) : order.length;
  return [...nodes].sort((a, b) => rank(a) - rank(b));
}

async function chooseLeader(
  ordered: readonly ClusterNode[],
  context: NemesisContext,
): Promise<Chosen> {
  const name = await context.leader();
  const leader = ordered.find((node) => node.name === name);
  if (leader !== undefined) return { nodes: [leader], notes: [`${leader.name} was the leader`] };
  const nodes = ordered.slice(0, 1);
  return { nodes, notes: nodes.map((node) => `no leader was known: ${node.name} in its place`) };
}

async function chooseFollower(
  ordered: readonly ClusterNode[],
  context: NemesisContext,
): Promise<Chosen> {
  const leader = await context.leader();
  return { nodes: ordered.filter(({ name }) => name !== leader).slice(0, 1), notes: [] };
}
