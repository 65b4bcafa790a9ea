import { z } from 'zod';

import type { ClusterNode, Link } from '../../../harness/contracts/cluster.js';
import {
  defineNemesis,
  type NemesisContext,
  type PlannedFault,
} from '../../../harness/contracts/nemesis.js';
import { CUT_PROBE_MS, nameLinks, probeAll } from '../../evidence/probes.js';
import { carriedLinks } from '../../victims/links.js';
import {
  bringBackAll,
  describeMembers,
  membersSeenBy,
  startsAnew,
} from '../../mechanisms/membership.js';
import { membersAfter, removeAll } from '../../mechanisms/removal.js';
import { chooseNodes, drawOrder, minoritySize } from '../../victims/roles.js';
import { between } from '../../victims/splits.js';

const VARIANTS = ['one', 'leader', 'minority', 'cut-off'];

const membersParameters = z.strictObject({
  order: z.array(z.string()),
  /** Once it was carried out: who was asked to remove whom. */
  asked: z.string().optional(),
  nodes: z.array(z.string()).optional(),
  links: carriedLinks,
});

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
export const members = defineNemesis({
  name: 'members',
  description: 'has members removed from the cluster and added again; their nodes go on running',
  lane: 'network',
  needs: ['cut'],
  variants: VARIANTS,
  byLeader: VARIANTS,
  parameters: membersParameters,
  refuses: ({ name, membership }, choice) =>
    membership
      ? membership.refuses?.(choice)
      : `${name} has no way to change its members that is known here`,

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'members',
    variant,
    parameters: drawOrder(random, nodes),
  }),

  async inject(fault, context) {
    const { asked, removed, links } = await resolveRemoval(fault, context);
    const before = await membersSeenBy(asked, context);
    if (links.length > 0) await context.cluster.network.cut(links);
    const answers = await removeAll(asked, removed, links.length > 0, context);
    const seen = await membersAfter(asked, links.length > 0, context);
    const cut =
      links.length > 0 && startsAnew(context) ? await probeCut(links, context) : undefined;
    return {
      fault: fault.fault,
      variant: fault.variant,
      nodes: removed,
      parameters: {
        ...fault.parameters,
        asked: asked.name,
        nodes: [...removed],
        links: [...links],
      },
      evidence: {
        tookEffect:
          (seen !== undefined && removed.some((name) => !seen.includes(name))) ||
          cut?.tookEffect === true,
        observations: [
          `${asked.name} saw ${describeMembers(before)} before`,
          ...answers,
          `${asked.name} sees ${describeMembers(seen)}`,
          ...(cut?.observations ?? []),
        ],
      },
    };
  },

  async heal({ parameters }, context) {
    const { links = [] } = parameters;
    if (links.length > 0) await context.cluster.network.heal(links);
    return bringBackAll(context);
  },

  /** Of our own nodes' members the checkers judge. */
  async remains(faults, context) {
    if (faults.length === 0 || !startsAnew(context)) return [];
    const { tookEffect, observations } = await bringBackAll(context);
    return tookEffect ? [] : [...observations];
  },
});

/** That a minority was cut off is seen, whatever it was then asked. */
async function probeCut(
  links: readonly Link[],
  context: NemesisContext,
): Promise<{ tookEffect: boolean; observations: string[] }> {
  const { passing, blocked } = await probeAll(links, CUT_PROBE_MS, context);
  const tookEffect = passing.length === 0 && blocked.length > 0;
  return {
    tookEffect,
    observations: [tookEffect ? `cut: ${nameLinks(blocked)}` : `open: ${nameLinks(passing)}`],
  };
}

async function resolveRemoval(
  { variant, parameters }: PlannedFault<z.infer<typeof membersParameters>>,
  context: NemesisContext,
): Promise<Removal> {
  const { nodes } = context.cluster;
  const { order, links } = parameters;
  const named = nodes.find(({ name }) => name === parameters.asked);
  const leader = await chooseNodes('leader', { order }, context);
  const asked = named ?? leader.nodes.at(0) ?? nodes[0];
  if (variant !== 'cut-off' || links !== undefined) {
    const chosen = await chooseNodes(variant, parameters, context);
    const removed = chosen.nodes.map(({ name }) => name);
    return { asked: whoStays(asked, removed, context), removed, links: links ?? [] };
  }
  const others = order.filter((name) => name !== asked.name);
  const companions = minoritySize(nodes.length) - 1;
  const kept = [asked.name, ...others.slice(0, companions)];
  const cutOff = others.slice(companions);
  // `kept` is a majority of at most 2 · kept − 1 members.
  const removed = cutOff.slice(0, nodes.length - (2 * kept.length - 1));
  return { asked, removed, links: between(kept, cutOff) };
}

/** A node that ends when it is removed may not live to answer. */
function whoStays(
  asked: ClusterNode,
  removed: readonly string[],
  context: NemesisContext,
): ClusterNode {
  if (!startsAnew(context) || !removed.includes(asked.name)) return asked;
  const stays = context.cluster.nodes.find(
    ({ name, state }) => state === 'running' && !removed.includes(name),
  );
  return stays ?? asked;
}
