import type { Capability, Link, Network, ShapedTraffic } from '../../harness/contracts/cluster.js';
import type {
  BySchema,
  Evidence,
  Nemesis,
  NemesisContext,
} from '../../harness/contracts/nemesis.js';
import { nameLinks } from '../evidence/probes.js';
import { linkFault, type LinkFault } from './link-fault.js';
import { chooseLinks, LINK_VARIANTS, type LinkChoice } from './shaping.js';

/** How long is counted: in that time a cluster under load sends a lot between any two of its nodes. */
const COUNTING_MS = 500;
/** So often it is counted again where nothing was seen to happen yet. */
const MOST_COUNTS = 4;

/** What a kind of shape does to links; `Amounts` is how much of it. */
export interface Shape<Amounts> {
  needs: Capability;
  /** Puts it in force; undefined where the network has no such shape. */
  put(network: Network, links: readonly Link[], amounts: Amounts): Promise<void> | undefined;
  /** What the links do, behind their number: "carry no more than 128 kbit/s". */
  describe(amounts: Amounts): string;
  /** How much of what it does was counted. */
  effect(traffic: ShapedTraffic): number;
  /** The same for people: "5 packets overtook others". */
  report(traffic: ShapedTraffic): string;
}

/** A fault that gives links between nodes a shape, and what it draws. */
type ShapedLinks<Parameters extends LinkChoice> = Pick<
  LinkFault<Parameters>,
  'name' | 'description' | 'parameters' | 'draw'
> & { shape: Shape<Parameters> };

/**
 * A fault that gives links between nodes a shape. A probe is too small to feel it: what counts is what the
 * network says that it did to the cluster's own traffic. It took effect where that is something; it is gone where
 * no link has a shape any more, as read back, and nothing happens.
 */
export function shapedLinks<Parameters extends LinkChoice>({
  shape,
  ...described
}: BySchema<Parameters, ShapedLinks<NoInfer<Parameters>>>): Nemesis<Parameters> {
  return linkFault<Parameters>({
    ...described,
    needs: [shape.needs],
    variants: LINK_VARIANTS,
    choose: chooseLinks,

    async strike(links, parameters, context) {
      await putShape(shape, links, parameters, context);
      const { traffic, ms } = await countUntil((seen) => shape.effect(seen) > 0, links, context);
      return {
        tookEffect: traffic.links > 0 && shape.effect(traffic) > 0,
        observations: [
          `${traffic.links} of ${links.length} links ${shape.describe(parameters)}: ${nameLinks(links)}`,
          `${shape.report(traffic)} within ${ms} ms`,
        ],
      };
    },

    lift: (links, _parameters, context) => liftShape(shape, links, context),
  });
}

/** Throws where the network cannot do it. */
export async function putShape<Amounts>(
  { needs, put }: Shape<Amounts>,
  links: readonly Link[],
  amounts: Amounts,
  { cluster: { network } }: NemesisContext,
): Promise<void> {
  const done = put(network, links, amounts);
  if (done === undefined) throw new Error(`this network cannot do ${needs}`);
  await done;
}

/** Takes a shape back and measures that it is gone. */
export async function liftShape(
  { effect, report }: Pick<Shape<never>, 'effect' | 'report'>,
  links: readonly Link[],
  context: NemesisContext,
): Promise<Evidence> {
  await context.cluster.network.heal(links);
  const { traffic, ms } = await countUntil(() => true, links, context);
  return {
    tookEffect: traffic.links === 0 && effect(traffic) === 0,
    observations: [
      `${traffic.links} of ${links.length} links have a shape after the healing`,
      `${report(traffic)} within ${ms} ms`,
    ],
  };
}

/** What shapes have done on these links so far. Throws where nobody counts it. */
export async function countShaped(
  links: readonly Link[],
  { cluster: { network } }: NemesisContext,
): Promise<ShapedTraffic> {
  if (network.shaped === undefined) throw new Error('this network does not count what shapes do');
  return network.shaped(links);
}

/** What shapes do on these links from now on, until it is enough or has taken long; `links` as they are then. */
async function countUntil(
  isEnough: (traffic: ShapedTraffic) => boolean,
  links: readonly Link[],
  context: NemesisContext,
): Promise<{ traffic: ShapedTraffic; ms: number }> {
  const before = await countShaped(links, context);
  for (let counts = 1; ; counts++) {
    await context.clock.sleep(COUNTING_MS);
    const traffic = difference(await countShaped(links, context), before);
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
