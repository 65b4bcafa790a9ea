import type { ClusterNode, Resources } from '../../harness/contracts/cluster.js';
import type { Nemesis, NemesisContext } from '../../harness/contracts/nemesis.js';
import type { Random } from '../../harness/environment/random.js';
import type { JsonObject } from '../../harness/json.js';
import { observeReturn } from '../evidence/probes.js';
import { chooseNodes, drawOrder, rolesBeside } from '../victims/roles.js';
import { carriedAs, healNodes, type Return, type Sighting } from '../victims/victims.js';

const VARIANTS = ['one', 'leader', 'follower', 'minority', 'majority'];
/** A limit takes effect when the node next needs more than it. */
const EFFECT_LIMIT_MS = 5_000;
const POLL_MS = 100;
/** A limit that was not felt for so long is made tighter. */
const TIGHTEN_POLLS = 5;

/** What tells one shortage from another. */
export interface Shortage {
  name: 'memory' | 'cpu';
  description: string;
  draw(random: Random): JsonObject;
  /** Sets the limit, or with null the old one; the tighter, the more often it was not felt. */
  limit(
    node: ClusterNode,
    parameters: JsonObject | null,
    now: Resources | undefined,
    attempt: number,
  ): Promise<void>;
  /** Whether the limit is seen to be felt. */
  isFelt(now: Resources, before: Resources): boolean;
  limitOf(resources: Resources): number | null;
  describe(now: Resources, before: Resources): string;
}

/**
 * Nodes that may take less of their machine for a while, by their cgroups and seen in their counters. One that ends
 * for it was ended by us; it is started again when it has its share back, which is read back.
 */
export function shortageNemesis({ name, description, draw, ...how }: Shortage): Nemesis {
  return {
    name,
    description,
    needs: [name],
    variants: VARIANTS,
    onRequest: rolesBeside(VARIANTS),

    plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
      fault: name,
      variant,
      parameters: { ...drawOrder(random, nodes), ...draw(random) },
    }),

    async inject(planned, context) {
      const { variant, parameters } = planned;
      const chosen = await chooseNodes(variant, parameters, context);
      const seen = await Promise.all(
        chosen.nodes.map((node) => starve(node, parameters, how, context)),
      );
      const carried = carriedAs(planned, chosen, seen);
      const limits = Object.fromEntries(carried.nodes.map((name, i) => [name, seen[i].limit]));
      return { ...carried, parameters: { ...carried.parameters, limits } };
    },

    heal: (fault, context) =>
      healNodes(fault, context, (node) => feed(node, fault.parameters, how, context)),

    async remains(faults, { cluster }) {
      const limits = Object.assign(
        {},
        ...faults.map(({ parameters }) => parameters.limits),
      ) as JsonObject;
      const wrong = await Promise.all(
        cluster.nodes
          .filter((node) => Object.hasOwn(limits, node.name))
          .map(async (node) => {
            const limit = how.limitOf(await measure(node));
            return limit === limits[node.name]
              ? []
              : [`the ${name} of ${node.name} is still limited`];
          }),
      );
      return wrong.flat();
    },
  };
}

type Means = Omit<Shortage, 'name' | 'description' | 'draw'>;

async function starve(
  node: ClusterNode,
  parameters: JsonObject,
  { limit, isFelt, limitOf, describe }: Means,
  { clock }: NemesisContext,
): Promise<Sighting & { limit: number | null }> {
  const before = await measure(node);
  node.process.expectEnd('being short of what it needs');
  const tighten = async (now: Resources | undefined, attempt: number): Promise<unknown> => {
    try {
      await limit(node, parameters, now, attempt);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  // A limit that ends the node while it is set is told as a failure to set it: what counts is what then is seen.
  let problem = await tighten(before, 0);
  const start = clock.now();
  const was = limitOf(before);
  for (let polls = 1; ; polls++) {
    const now = await measure(node).catch(() => undefined);
    // A node that is gone so soon was killed for what it took.
    if (node.state !== 'running') {
      return { tookEffect: true, observation: `${node.name}: ended for it`, limit: was };
    }
    const tookEffect = now !== undefined && limitOf(now) !== was && isFelt(now, before);
    if (tookEffect || (clock.now() - start) / 1e6 > EFFECT_LIMIT_MS) {
      if (!tookEffect && problem !== undefined) throw problem;
      const told = now === undefined ? 'nothing is known of it' : describe(now, before);
      return { tookEffect, observation: `${node.name}: ${told}`, limit: was };
    }
    await clock.sleep(POLL_MS);
    const isTime = polls % TIGHTEN_POLLS === 0;
    if (isTime) problem = await tighten(now, polls / TIGHTEN_POLLS);
  }
}

async function feed(
  node: ClusterNode,
  { limits }: JsonObject,
  { limit, limitOf }: Means,
  context: NemesisContext,
): Promise<Return> {
  const ended = node.state !== 'running';
  await limit(node, null, undefined, 0);
  await node.process.start();
  node.process.expectEnd(null);
  const how = ended ? 'had ended for it and was started again' : 'had gone on';
  const { back, observation } = await observeReturn(node, how, context);
  const now = limitOf(await measure(node));
  const isOld = now === (limits as JsonObject | null)?.[node.name];
  const told = isOld ? 'its limit is the old one' : `its limit is still ${now}`;
  return { back: back && isOld, observation: `${observation}; ${told}` };
}

function measure(node: ClusterNode): Promise<Resources> {
  if (node.resources === undefined) throw new Error(`what ${node.name} takes cannot be measured`);
  return node.resources.read();
}
