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
  change,
  describeMembers,
  membersSeenBy,
  startsAnew,
} from '../../mechanisms/membership.js';
import { chooseNodes, drawOrder, minoritySize } from '../../victims/roles.js';
import { between } from '../../victims/splits.js';

const VARIANTS = ['one', 'leader', 'minority', 'cut-off'];

/** A change that is refused is asked for again, for so long. */
const REMOVAL_LIMIT_MS = 2_000;
/** etcd lets no member go until it has seen enough of the others for five seconds. */
const PATIENT_REMOVAL_LIMIT_MS = 10_000;
const RETRY_MS = 100;

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

/**
 * One after the other where a removed node ends and has to come back, and none that would leave less than a majority
 * of the rest running; where nodes are only counted out, whoever is asked decides that.
 */
async function removeAll(
  asked: ClusterNode,
  removed: readonly string[],
  isCut: boolean,
  context: NemesisContext,
): Promise<string[]> {
  const nodes = removed.map((name) => nodeNamed(name, context));
  if (!startsAnew(context)) {
    const limitMs = isCut ? 0 : REMOVAL_LIMIT_MS;
    return Promise.all(nodes.map((node) => change(asked, 'remove', node, limitMs, context)));
  }
  const answers: string[] = [];
  for (const node of nodes) {
    if (!isCut && !(await leavesQuorum(asked, node, context))) {
      answers.push(`${node.name} stays: without it too few members would run`);
      continue;
    }
    node.process.expectEnd('as it was removed from the cluster');
    const limitMs = isCut ? 0 : PATIENT_REMOVAL_LIMIT_MS;
    answers.push(await change(asked, 'remove', node, limitMs, context));
  }
  return answers;
}

/** Where the leader was removed the others may have nothing to say until there is another one. */
async function membersAfter(
  asked: ClusterNode,
  isCut: boolean,
  context: NemesisContext,
): Promise<readonly string[] | undefined> {
  const { clock } = context;
  const start = clock.now();
  const limitMs = startsAnew(context) && !isCut ? PATIENT_REMOVAL_LIMIT_MS : 0;
  for (;;) {
    const seen = await membersSeenBy(asked, context);
    if (seen !== undefined || (clock.now() - start) / 1e6 >= limitMs) return seen;
    await clock.sleep(RETRY_MS);
  }
}

/** Whether a majority of those who are left runs. */
async function leavesQuorum(
  asked: ClusterNode,
  removed: ClusterNode,
  context: NemesisContext,
): Promise<boolean> {
  const members = (await membersSeenBy(asked, context)) ?? [];
  const left = members.filter((name) => name !== removed.name);
  const running = left.filter((name) => nodeNamed(name, context).state === 'running');
  return running.length > left.length / 2;
}

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

function nodeNamed(name: string, { cluster }: NemesisContext): ClusterNode {
  const node = cluster.nodes.find((each) => each.name === name);
  if (node === undefined) throw new Error(`there is no node ${name}`);
  return node;
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
