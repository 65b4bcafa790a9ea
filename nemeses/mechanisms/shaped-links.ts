import type { Capability, Link, Network, ShapedTraffic } from '../../harness/contracts/cluster.js';
import type { Nemesis, NemesisContext } from '../../harness/contracts/nemesis.js';
import type { Random } from '../../harness/environment/random.js';
import type { JsonObject } from '../../harness/json.js';
import { nameLinks } from '../evidence/probes.js';
import { linksAsJson, linksIn, mostTouched } from '../victims/links.js';
import { drawLinks, LINK_VARIANTS, linksOf } from './shaping.js';

/** How long is counted: in that time a cluster under load sends a lot between any two of its nodes. */
const COUNTING_MS = 500;
/** So often it is counted again where nothing was seen to happen yet. */
const MOST_COUNTS = 4;

/** What makes one kind of shape a fault of its own. */
interface Shape {
  name: string;
  description: string;
  needs: Capability;
  /** How much of it. */
  draw(random: Random): Record<string, number>;
  /** Puts it in force; undefined where the network has no such shape. */
  put(
    network: Network,
    links: readonly Link[],
    parameters: Record<string, number>,
  ): Promise<void> | undefined;
  /** What the links do, behind their number: "carry no more than 128 kbit/s". */
  describe(parameters: Record<string, number>): string;
  /** How much of what it does was counted. */
  effect(traffic: ShapedTraffic): number;
  /** The same for people: "5 packets overtook others". */
  report(traffic: ShapedTraffic): string;
}

/**
 * A fault that gives links between nodes a shape. A probe is too small to feel it: what counts is what the
 * network says that it did to the cluster's own traffic. It took effect where that is something; it is gone where
 * no link has a shape any more, as read back, and nothing happens.
 */
export function shapedLinks(shape: Shape): Nemesis {
  const { name, description, needs } = shape;
  return {
    name,
    description,
    needs: [needs],
    variants: LINK_VARIANTS,

    plan: (random, nodes, variant = random.pick(LINK_VARIANTS)) => ({
      fault: name,
      variant,
      parameters: { ...drawLinks(random, nodes), ...shape.draw(random) },
    }),

    async inject({ fault, variant, parameters }, context) {
      const links = await linksOf(variant, parameters, context);
      const amounts = numbersIn(parameters);
      const put = shape.put(context.cluster.network, links, amounts);
      if (put === undefined) throw new Error(`this network cannot do ${needs}`);
      await put;
      const { traffic, ms } = await countUntil((seen) => shape.effect(seen) > 0, links, context);
      return {
        fault,
        variant,
        nodes: mostTouched(links, context),
        parameters: { ...parameters, links: linksAsJson(links) },
        evidence: {
          tookEffect: traffic.links > 0 && shape.effect(traffic) > 0,
          observations: [
            `${traffic.links} of ${links.length} links ${shape.describe(amounts)}: ${nameLinks(links)}`,
            `${shape.report(traffic)} within ${ms} ms`,
          ],
        },
      };
    },

    async heal({ parameters }, context) {
      const links = linksIn(parameters.links) ?? [];
      await context.cluster.network.heal(links);
      const { traffic, ms } = await countUntil(() => true, links, context);
      return {
        tookEffect: traffic.links === 0 && shape.effect(traffic) === 0,
        observations: [
          `${traffic.links} of ${links.length} links have a shape after the healing`,
          `${shape.report(traffic)} within ${ms} ms`,
        ],
      };
    },
  };
}

function numbersIn(parameters: JsonObject): Record<string, number> {
  return Object.fromEntries(
    Object.entries(parameters).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  );
}

/** What shapes do on these links from now on, until it is enough or has taken long; `links` as they are then. */
async function countUntil(
  isEnough: (traffic: ShapedTraffic) => boolean,
  links: readonly Link[],
  { cluster: { network }, clock }: NemesisContext,
): Promise<{ traffic: ShapedTraffic; ms: number }> {
  if (network.shaped === undefined) throw new Error('this network does not count what shapes do');
  const before = await network.shaped(links);
  for (let counts = 1; ; counts++) {
    await clock.sleep(COUNTING_MS);
    const traffic = difference(await network.shaped(links), before);
    if (counts === MOST_COUNTS || isEnough(traffic)) return { traffic, ms: counts * COUNTING_MS };
  }
}

function difference(now: ShapedTraffic, before: ShapedTraffic): ShapedTraffic {
  return {
    links: now.links,
    waits: now.waits - before.waits,
    dropped: now.dropped - before.dropped,
    reordered: now.reordered - before.reordered,
    duplicated: now.duplicated - before.duplicated,
  };
}
