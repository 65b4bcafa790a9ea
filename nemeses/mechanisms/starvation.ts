import { z } from 'zod';

import type { ClusterNode, Resources, ResourcesFacet } from '../../harness/contracts/cluster.js';
import type {
  BySchema,
  CarriedFault,
  Nemesis,
  NemesisContext,
} from '../../harness/contracts/nemesis.js';
import { poll } from '../../harness/environment/poll.js';
import { observeReturn } from '../evidence/probes.js';
import { nodeChoice, roleVariants } from '../victims/roles.js';
import type { Return, Sighting } from '../victims/victims.js';
import { nodeFault, type NodeFault } from './node-fault.js';

/** A limit takes effect when the node next needs more than it. */
const EFFECT_LIMIT_MS = 5_000;
const POLL_MS = 100;
/** A limit that was not felt for so long is made tighter. */
const TIGHTEN_POLLS = 5;

/** Of a shortage, beside how much of it: the limits that its nodes had before, by their names. */
export const shortageChoice = nodeChoice.extend({
  limits: z.record(z.string(), z.number().nullable()).optional(),
});

type ShortageChoice = z.infer<typeof shortageChoice>;

/** What tells one shortage from another. */
export interface Shortage<Parameters extends ShortageChoice> extends Pick<
  NodeFault<Parameters>,
  'description' | 'parameters' | 'draw'
> {
  name: 'memory' | 'cpu';
  /** Sets the limit; the tighter, the more often it was not felt. `now` is what the node takes, where that is known. */
  limit(
    resources: ResourcesFacet,
    parameters: Parameters,
    now: Resources | undefined,
    attempt: number,
  ): Promise<void>;
  /** Sets the limit that the node had at the start. */
  release(resources: ResourcesFacet): Promise<void>;
  /** Whether the limit is seen to be felt. */
  isFelt(now: Resources, before: Resources): boolean;
  limitOf(resources: Resources): number | null;
  describe(now: Resources, before: Resources): string;
}

/**
 * Nodes that may take less of their machine for a while, by their cgroups and seen in their counters. One that ends
 * for it was ended by us; it is started again when it has its share back, which is read back.
 */
export function shortage<Parameters extends ShortageChoice>(
  how: BySchema<Parameters, Shortage<NoInfer<Parameters>>>,
): Nemesis<Parameters> {
  const { name, description, parameters, draw, limitOf, release } = how;
  return nodeFault<Parameters>({
    name,
    description,
    parameters,
    draw,
    needs: [name],
    ...roleVariants(['one', 'leader', 'follower', 'minority', 'majority']),

    async strike(nodes, fault, context) {
      const seen = await Promise.all(
        nodes.map((node) => starve(node, fault.parameters, how, context)),
      );
      const limits = Object.fromEntries(nodes.map((node, i) => [node.name, seen[i].limit]));
      return { seen, resolve: (drawn) => ({ ...drawn, limits }) };
    },

    bringBack: (node, fault, context) => feed(node, fault.parameters, how, context),

    async restore({ process, resources }) {
      if (resources !== undefined) await release(resources);
      process.expectEnd(null);
    },

    remains: (faults, { cluster }) => stillLimited(name, cluster.nodes, faults, limitOf),
  });
}

/** What is left of shortages, by the limits that their nodes had before. */
async function stillLimited(
  name: string,
  nodes: readonly ClusterNode[],
  faults: readonly CarriedFault<ShortageChoice>[],
  limitOf: (resources: Resources) => number | null,
): Promise<string[]> {
  const limits = new Map(
    faults.flatMap(({ parameters }) => Object.entries(parameters.limits ?? {})),
  );
  const wrong = await Promise.all(
    nodes
      .filter((node) => limits.has(node.name))
      .map(async (node) => {
        const limit = limitOf(await resourcesOf(node).read());
        return limit === limits.get(node.name)
          ? []
          : [`the ${name} of ${node.name} is still limited`];
      }),
  );
  return wrong.flat();
}

async function starve<Parameters extends ShortageChoice>(
  node: ClusterNode,
  parameters: Parameters,
  { limit, isFelt, limitOf, describe }: Shortage<Parameters>,
  { clock }: NemesisContext,
): Promise<Sighting & { limit: number | null }> {
  const resources = resourcesOf(node);
  const before = await resources.read();
  node.process.expectEnd('being short of what it needs');
  const tighten = async (now: Resources | undefined, attempt: number): Promise<unknown> => {
    try {
      await limit(resources, parameters, now, attempt);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  // A limit that ends the node while it is set is told as a failure to set it: what counts is what then is seen.
  let problem = await tighten(before, 0);
  const was = limitOf(before);
  let polls = 0;
  let now: Resources | undefined;
  return poll(clock, { everyMs: POLL_MS }, async (elapsedMs) => {
    const isTime = polls > 0 && polls % TIGHTEN_POLLS === 0;
    if (isTime) problem = await tighten(now, polls / TIGHTEN_POLLS);
    polls++;
    now = await resources.read().catch(() => undefined);
    // A node that is gone so soon was killed for what it took.
    if (node.state !== 'running') {
      return { tookEffect: true, observation: `${node.name}: ended for it`, limit: was };
    }
    const tookEffect = now !== undefined && limitOf(now) !== was && isFelt(now, before);
    if (tookEffect || elapsedMs() > EFFECT_LIMIT_MS) {
      if (!tookEffect && problem !== undefined) throw problem;
      const told = now === undefined ? 'nothing is known of it' : describe(now, before);
      return { tookEffect, observation: `${node.name}: ${told}`, limit: was };
    }
    return undefined;
  });
}

async function feed<Parameters extends ShortageChoice>(
  node: ClusterNode,
  { limits = {} }: ShortageChoice,
  { release, limitOf }: Shortage<Parameters>,
  context: NemesisContext,
): Promise<Return> {
  const ended = node.state !== 'running';
  const resources = resourcesOf(node);
  await release(resources);
  await node.process.start();
  node.process.expectEnd(null);
  const how = ended ? 'had ended for it and was started again' : 'had gone on';
  const { back, observation } = await observeReturn(node, how, context);
  const now = limitOf(await resources.read());
  const isOld = now === limits[node.name];
  const told = isOld ? 'its limit is the old one' : `its limit is still ${now}`;
  return { back: back && isOld, observation: `${observation}; ${told}` };
}

function resourcesOf({ name, resources }: ClusterNode): ResourcesFacet {
  if (resources === undefined) throw new Error(`what ${name} takes cannot be measured`);
  return resources;
}
