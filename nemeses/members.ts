import type { ClusterNode, Link } from '../harness/contracts/cluster.js';
import type { Evidence, Nemesis, NemesisContext } from '../harness/contracts/nemesis.js';
import type { PlannedFault } from '../harness/contracts/nemesis.js';
import type { Membership } from '../harness/contracts/target.js';
import { linksAsJson, linksIn } from './links.js';
import { chooseNodes, drawOrder, minoritySize } from './roles.js';
import { between } from './splits.js';

const VARIANTS = ['one', 'leader', 'minority', 'cut-off'];

/** For one request; a change that is refused is asked for again, for so long. */
const ASK_MS = 1_000;
const REMOVAL_LIMIT_MS = 2_000;
const RETURN_LIMIT_MS = 15_000;
const RETRY_MS = 100;
const STATUS_TIMEOUT_MS = 300;

/** What is done: whom to ask, whom to remove, and what is cut before. */
interface Removal {
  asked: ClusterNode;
  removed: readonly string[];
  links: readonly Link[];
}

/**
 * Changes of membership, by the target's own means. `cut-off` does what an operator may do who takes cut-off
 * nodes for dead ones: a minority with the leader in it is cut off, and the leader asked at once to remove so
 * many of the others that the minority would be the majority of who is left. It must not come to that.
 */
export const members: Nemesis = {
  name: 'members',
  description: 'has members removed from the cluster and added again; their nodes go on running',
  needs: ['cut'],
  variants: VARIANTS,
  refuses: ({ name, membership }) =>
    membership ? undefined : `${name} has no way to change its members that is known here`,

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'members',
    variant,
    parameters: drawOrder(random, nodes),
  }),

  async inject(fault, context) {
    const { asked, removed, links } = await resolveRemoval(fault, context);
    if (links.length > 0) await context.cluster.network.cut(links);
    const limitMs = links.length > 0 ? 0 : REMOVAL_LIMIT_MS;
    const answers = await Promise.all(
      removed.map((name) => change(asked, 'remove', name, limitMs, context)),
    );
    const seen = await membersSeenBy(asked, context);
    return {
      fault: fault.fault,
      variant: fault.variant,
      nodes: removed,
      parameters: {
        ...fault.parameters,
        asked: asked.name,
        nodes: [...removed],
        links: linksAsJson(links),
      },
      evidence: {
        bit: seen !== undefined && removed.some((name) => !seen.includes(name)),
        observations: [...answers, `${asked.name} sees ${seen?.join(', ') ?? 'nothing'}`],
      },
    };
  },

  async heal({ parameters }, context) {
    const links = linksIn(parameters.links) ?? [];
    if (links.length > 0) await context.cluster.network.heal(links);
    return bringBackAll(context);
  },
};

async function resolveRemoval(
  { variant, parameters }: PlannedFault,
  context: NemesisContext,
): Promise<Removal> {
  const { nodes } = context.cluster;
  const named = nodes.find(({ name }) => name === parameters.asked);
  const leader = await chooseNodes('leader', { order: parameters.order }, context);
  const asked = named ?? leader.nodes.at(0) ?? nodes[0];
  const carried = linksIn(parameters.links);
  if (variant !== 'cut-off' || carried !== undefined) {
    const chosen = await chooseNodes(variant, parameters, context);
    return { asked, removed: chosen.nodes.map(({ name }) => name), links: carried ?? [] };
  }
  const order = (parameters.order as string[]).filter((name) => name !== asked.name);
  const companions = minoritySize(nodes.length) - 1;
  const kept = [asked.name, ...order.slice(0, companions)];
  const others = order.slice(companions);
  // `kept` is a majority of at most 2 · kept − 1 members.
  const removed = others.slice(0, nodes.length - (2 * kept.length - 1));
  return { asked, removed, links: between(kept, others) };
}

/** Asks until it is done or `limitMs` have passed, at least once; a sentence about how it ended. */
async function change(
  asked: ClusterNode,
  kind: 'add' | 'remove',
  name: string,
  limitMs: number,
  { clock, target }: NemesisContext,
): Promise<string> {
  const start = clock.now();
  for (;;) {
    try {
      await membershipOf(target).change(asked, kind, name, ASK_MS);
      return `${asked.name} was asked to ${kind} ${name}: done`;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const isOver = (clock.now() - start) / 1e6 >= limitMs;
      if (isOver) return `${asked.name} was asked to ${kind} ${name}: ${reason}`;
    }
    await clock.sleep(RETRY_MS);
  }
}

/** Adds whoever is missing, until whoever leads counts every node. */
async function bringBackAll(context: NemesisContext): Promise<Evidence> {
  const { clock, cluster } = context;
  const start = clock.now();
  const names = cluster.nodes.map(({ name }) => name);
  let seen: readonly string[] | undefined;
  while ((clock.now() - start) / 1e6 < RETURN_LIMIT_MS) {
    const name = await context.leader();
    const leader = cluster.nodes.find((node) => node.name === name);
    seen = leader && (await membersSeenBy(leader, context));
    const missing = seen && names.find((each) => !seen?.includes(each));
    if (seen && missing === undefined) {
      return { bit: true, observations: [`${name} counts all ${names.length} nodes as members`] };
    }
    if (leader && missing !== undefined) await change(leader, 'add', missing, 0, context);
    await clock.sleep(RETRY_MS);
  }
  const members = seen?.join(', ') ?? 'unknown';
  return { bit: false, observations: [`not all are members again: ${members}`] };
}

async function membersSeenBy(
  node: ClusterNode,
  { target }: NemesisContext,
): Promise<readonly string[] | undefined> {
  const status = await node.status(STATUS_TIMEOUT_MS);
  return status && membershipOf(target).members(status);
}

function membershipOf({ name, membership }: NemesisContext['target']): Membership {
  if (!membership) throw new Error(`${name} has no membership to change`);
  return membership;
}
