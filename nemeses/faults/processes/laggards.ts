import { z } from 'zod';

import type { ClusterNode } from '../../../harness/contracts/cluster.js';
import {
  defineNemesis,
  type Evidence,
  type NemesisContext,
} from '../../../harness/contracts/nemesis.js';
import { poll } from '../../../harness/environment/poll.js';
import { answers, observeReturn } from '../../evidence/probes.js';
import { chooseNodes, drawOrder, minoritySize } from '../../victims/roles.js';

const VARIANTS = ['minority'];

/** Enough for a system under load to go on by hundreds of entries, short of what makes it send a snapshot. */
const MIN_LAG_MS = 1_000;
const LAG_RANGE_MS = 2_000;
/** The one that is back has so long to catch up, as far as it says itself. */
const CATCH_UP_LIMIT_MS = 15_000;
const STATUS_TIMEOUT_MS = 300;
const POLL_MS = 25;

const laggardsParameters = z.strictObject({
  order: z.array(z.string()),
  lagMs: z.number(),
  /** Once it was carried out: who was who, by name. */
  first: z.string().nullable().optional(),
  late: z.array(z.string()).optional(),
  leader: z.string().nullable().optional(),
});

type LaggardsParameters = z.infer<typeof laggardsParameters>;

/** Who does what. */
interface Parts {
  /** Down until the end. */
  late: readonly ClusterNode[];
  /** Down as long as they are, and back before the leader is killed. */
  first: ClusterNode | undefined;
  leader: ClusterNode | undefined;
}

/**
 * Nodes that were away come back one after the other, with a change of leaders in between: what the first of them
 * was sent when it came back is what it has to send to the next one if it leads by then. A minority of followers is
 * killed, the first started again, and when it serves, the leader killed. The others come back at the healing.
 */
export const laggards = defineNemesis({
  name: 'laggards',
  description: 'nodes that were away come back one by one, and the leader is killed in between',
  lane: 'nodes',
  needs: ['kill'],
  parameters: laggardsParameters,
  variants: VARIANTS,
  byLeader: VARIANTS,

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'laggards',
    variant,
    parameters: {
      ...drawOrder(random, nodes),
      lagMs: MIN_LAG_MS + random.integer(LAG_RANGE_MS),
    },
  }),

  async inject(fault, context) {
    const { late, first, leader } = await resolveParts(fault.parameters, context);
    const away = first === undefined ? late : [first, ...late];
    await Promise.all(away.map((node) => node.process.kill()));
    await context.clock.sleep(fault.parameters.lagMs);
    const gone = (await observeGone(away)) && away.length > 0;
    await first?.process.start();
    const back = first === undefined ? undefined : await untilServing(first, context);
    await leader?.process.kill();
    const deposed = leader !== undefined && (await observeGone([leader]));
    const nodes = [...away, ...(leader ? [leader] : [])].map(({ name }) => name);
    return {
      fault: fault.fault,
      variant: fault.variant,
      nodes,
      parameters: {
        ...fault.parameters,
        first: first?.name ?? null,
        late: late.map(({ name }) => name),
        leader: leader?.name ?? null,
      },
      evidence: {
        tookEffect: gone && deposed && back !== undefined,
        observations: [
          ...away.map(({ name }) => `${name}: ${gone ? 'seen gone' : 'still answers'}`),
          describeReturn(first, back),
          `${leader?.name ?? 'nobody'}, the leader: ${deposed ? 'seen gone' : 'not seen gone'}`,
        ],
      },
    };
  },

  heal: ({ nodes }, context) => bringBack(nodes, context),
});

async function resolveParts(
  { order, first, late, leader }: LaggardsParameters,
  context: NemesisContext,
): Promise<Parts> {
  const { nodes } = context.cluster;
  const named = (name: string | null | undefined): ClusterNode | undefined =>
    nodes.find((node) => node.name === name && node.state === 'running');
  if (late !== undefined) {
    const there = late.map(named).filter((node) => node !== undefined);
    return { late: there, first: named(first), leader: named(leader) };
  }
  const leads = (await chooseNodes('leader', { order }, context)).nodes.at(0);
  const all = await chooseNodes('all', { order }, context);
  const followers = all.nodes.filter((node) => node !== leads);
  const away = followers.slice(0, minoritySize(nodes.length));
  return { first: away.at(0), late: away.slice(1), leader: leads };
}

function describeReturn(first: ClusterNode | undefined, backMs: number | undefined): string {
  if (first === undefined) return 'there was nobody to come back';
  return backMs === undefined
    ? `${first.name}: started again, not back in time`
    : `${first.name}: started again, serves after ${Math.round(backMs)} ms`;
}

async function observeGone(nodes: readonly ClusterNode[]): Promise<boolean> {
  const answering = await Promise.all(nodes.map(answers));
  return !answering.includes(true) && nodes.every(({ state }) => state === 'stopped');
}

/** Milliseconds until it says that it serves; undefined where it does not in time. */
async function untilServing(
  node: ClusterNode,
  { clock, target }: NemesisContext,
): Promise<number | undefined> {
  const options = { everyMs: POLL_MS, limitMs: CATCH_UP_LIMIT_MS };
  return poll(clock, options, async (elapsedMs) => {
    const status = await node.status(STATUS_TIMEOUT_MS);
    return status !== undefined && target.isReady(status) ? elapsedMs() : undefined;
  });
}

/** Those that were late before the old leader, which lacks nothing; says who led when they came. */
async function bringBack(nodes: readonly string[], context: NemesisContext): Promise<Evidence> {
  const leader = await context.leader();
  const observations = [`${leader ?? 'nobody'} leads when the others come back`];
  let tookEffect = true;
  for (const name of nodes) {
    const node = context.cluster.nodes.find((each) => each.name === name);
    if (node === undefined || node.state === 'running') continue;
    await node.process.start();
    const { back, observation } = await observeReturn(node, 'started again', context);
    tookEffect &&= back;
    observations.push(observation);
  }
  return { tookEffect, observations };
}
