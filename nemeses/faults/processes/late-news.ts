import { z } from 'zod';

import type { ClusterNode, Link } from '../../../harness/contracts/cluster.js';
import { defineNemesis, type NemesisContext } from '../../../harness/contracts/nemesis.js';
import { poll } from '../../../harness/environment/poll.js';
import { startStopwatch } from '../../../harness/environment/elapsed.js';
import { answers, both, nameLinks, observeReturn } from '../../evidence/probes.js';
import { narrowing } from '../../mechanisms/narrowing.js';
import { countShaped, liftShape, putShape } from '../../mechanisms/shaped-links.js';
import { allLinks, carriedLinks } from '../../victims/links.js';
import { chooseNodes, drawOrder, nodeChoice } from '../../victims/roles.js';
import { carriedAs, healNodes, type Sighting } from '../../victims/victims.js';

const VARIANTS = ['leader'];

/**
 * With so little a follower's answers and forwarded requests take more than a second under a light load. With twice
 * as much they were no older than an election; with half of it the leader missed them and stepped down (etcd).
 */
const KBIT_PER_SECOND = 32;
/** So long the queue may grow. */
const MIN_QUEUE_MS = 2_000;
const QUEUE_RANGE_MS = 1_000;
/** The others elect a new leader within this time, or the fault has failed. */
const ELECTION_LIMIT_MS = 10_000;
const STATUS_TIMEOUT_MS = 300;
const POLL_MS = 20;

/**
 * A leader that is deposed in its sleep and learns of it late. What the others send it has to pass narrow links,
 * whose queue grows little by little: their answers get older, and the leader, which never misses them for an
 * election timeout, stays in office (a sudden delay would depose it at once). Then it is paused until another one
 * says that it leads. When it wakes, answers that were sent before the election are still on their way to it, and the
 * news of its successor is behind them. Links stay narrow until the healing.
 */
export const lateNews = defineNemesis({
  name: 'late-news',
  description: 'the leader hears the others ever later, and sleeps while they elect another one',
  lane: 'nodes',
  needs: ['bandwidth', 'pause'],
  variants: VARIANTS,
  byLeader: VARIANTS,
  parameters: nodeChoice.extend({
    kbitPerSecond: z.number(),
    queueMs: z.number(),
    links: carriedLinks,
  }),

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'late-news',
    variant,
    parameters: {
      ...drawOrder(random, nodes),
      kbitPerSecond: KBIT_PER_SECOND,
      queueMs: MIN_QUEUE_MS + random.integer(QUEUE_RANGE_MS),
    },
  }),

  async inject(fault, context) {
    const { parameters } = fault;
    const chosen = await chooseNodes('leader', parameters, context);
    const links = linksTo(chosen.nodes, context);
    const waits = await narrow(links, parameters, context);
    const slept = await Promise.all(
      chosen.nodes.map((node) => sleepThroughElection(node, context)),
    );
    const narrowed = {
      tookEffect: waits > 0,
      observation: `${links.length} links ${narrowing.describe(parameters)}, packets had to wait ${waits} times: ${nameLinks(links)}`,
    };
    const seen = slept.length > 0 ? [narrowed, ...slept] : [];
    return carriedAs({ ...fault, parameters: { ...parameters, links } }, chosen, seen);
  },

  async heal(fault, context) {
    const open = await liftShape(narrowing, fault.parameters.links ?? [], context);
    const awake = await healNodes(fault, context, (node) =>
      observeReturn(node, 'seen running again', context),
    );
    return both(open, awake);
  },
});

function linksTo(nodes: readonly ClusterNode[], context: NemesisContext): Link[] {
  const names = nodes.map(({ name }) => name);
  return allLinks(context).filter(({ to }) => names.includes(to));
}

/** Narrows the links, gives their queue time to grow, and says how often packets had to wait in it. */
async function narrow(
  links: readonly Link[],
  amounts: { kbitPerSecond: number; queueMs: number },
  context: NemesisContext,
): Promise<number> {
  await putShape(narrowing, links, amounts, context);
  const before = await countShaped(links, context);
  await context.clock.sleep(amounts.queueMs, context.loadOver);
  const now = await countShaped(links, context);
  return narrowing.effect(now) - narrowing.effect(before);
}

/** Pauses it until another one leads; in the end it is awake. */
async function sleepThroughElection(node: ClusterNode, context: NemesisContext): Promise<Sighting> {
  if (node.suspension === undefined) throw new Error(`node ${node.name} cannot be paused`);
  const elapsedMs = startStopwatch(context.clock);
  await node.suspension.pause();
  const [answered, successor] = await Promise.all([answers(node), successorOf(node, context)]);
  const slept = node.state === 'paused' && !answered;
  if (node.state === 'paused') await node.suspension.resume();
  const ms = Math.round(elapsedMs());
  const sight = slept ? `seen stopped for ${ms} ms` : 'still answers';
  return {
    tookEffect: slept && successor !== undefined,
    observation: `${node.name}: ${sight}, ${successor ?? 'nobody'} leads by then`,
  };
}

/** The first of the others to say that it leads; undefined where none does in time. */
async function successorOf(
  deposed: ClusterNode,
  { cluster, clock, target }: NemesisContext,
): Promise<string | undefined> {
  const others = cluster.nodes.filter((node) => node !== deposed && node.state === 'running');
  return poll(clock, { everyMs: POLL_MS, limitMs: ELECTION_LIMIT_MS }, async () => {
    const statuses = await Promise.all(others.map((node) => node.status(STATUS_TIMEOUT_MS)));
    const index = statuses.findIndex(
      (status) => status !== undefined && target.leadership?.(status).isLeader,
    );
    return index >= 0 ? others[index].name : undefined;
  });
}
