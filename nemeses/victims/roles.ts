import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../harness/contracts/nemesis.js';
import type { JsonObject } from '../../harness/json.js';
import type { Random } from '../../harness/environment/random.js';

/** Whom a fault of nodes can be asked to hit, as in `kill:majority`. */
const ROLES = ['one', 'leader', 'follower', 'minority', 'majority', 'all'];

/** The roles that are left to be asked for by name where a nemesis takes these by itself. */
export function rolesBeside(usual: readonly string[]): string[] {
  return ROLES.filter((role) => !usual.includes(role));
}

/** Nodes that a fault was resolved to, with what is worth saying about the choice. */
export interface Chosen {
  nodes: readonly ClusterNode[];
  notes: readonly string[];
}

/** The random draw that every choice of nodes needs: an order in which they are taken. */
export function drawOrder(random: Random, nodes: readonly string[]): JsonObject {
  return { order: random.shuffle(nodes) };
}

/** The largest number of nodes that leaves a majority of the others: 1 of 3, 2 of 5; at least one. */
export function minoritySize(nodes: number): number {
  return Math.max(1, Math.floor((nodes - 1) / 2));
}

/**
 * The nodes that `role` (`one`, `leader`, `follower`, `minority`, `majority`, `all`) stands for now, among those
 * that run. Without a known leader the first of the planned order takes its place. Where `parameters.nodes` says names
 * already, as in a fault that was carried out before, those are taken.
 */
export async function chooseNodes(
  role: string,
  parameters: JsonObject,
  context: NemesisContext,
): Promise<Chosen> {
  const { cluster } = context;
  const running = cluster.nodes.filter((node) => node.state === 'running');
  const ordered = inOrder(running, parameters);
  const named = namesIn(parameters.nodes);
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
function inOrder(nodes: readonly ClusterNode[], { order }: JsonObject): ClusterNode[] {
  const names = namesIn(order) ?? [];
  const rank = ({ name }: ClusterNode): number =>
    names.includes(name) ? names.indexOf(name) : names.length;
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

function namesIn(value: JsonObject[string]): string[] | undefined {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : undefined;
}
