import type { Link } from '../harness/contracts/cluster.js';
import type { Nemesis, NemesisContext } from '../harness/contracts/nemesis.js';
import type { JsonObject } from '../harness/json.js';
import { nameLinks, OPEN_PROBE_MS, probeable } from './evidence.js';
import { allLinks, linksAsJson, linksIn, mostTouched } from './links.js';
import { drawOrder } from './roles.js';

const VARIANTS = ['all', 'one-node', 'some'];
/** From a wide area network's delay up to what makes elections time out. */
const MIN_DELAY_MS = 50;
const DELAY_RANGE_MS = 200;

/** Messages between nodes that arrive late, some later than others, in their order. */
export const slow: Nemesis = {
  name: 'slow',
  description: 'delays messages between nodes, with jitter',
  needs: ['delay'],
  variants: VARIANTS,

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'slow',
    variant,
    parameters: {
      ...drawOrder(random, nodes),
      delayMs: MIN_DELAY_MS + random.integer(DELAY_RANGE_MS),
      jitterMs: random.integer(DELAY_RANGE_MS / 2),
      dice: nodes.flatMap(() => nodes.map(() => random.integer(2))),
    },
  }),

  async inject({ fault, variant, parameters }, context) {
    const { network } = context.cluster;
    if (network.delay === undefined) throw new Error('this network cannot be slowed');
    const links = linksIn(parameters.links) ?? chooseLinks(variant, parameters, context);
    const delayMs = Number(parameters.delayMs);
    const before = await travelTimes(links, context);
    await network.delay(links, { delayMs, jitterMs: Number(parameters.jitterMs) });
    const during = await travelTimes(links, context);
    return {
      fault,
      variant,
      nodes: mostTouched(links, context),
      parameters: { ...parameters, links: linksAsJson(links) },
      evidence: {
        bit:
          during.length > 0 && during.every(({ ms }) => ms >= delayMs) && isFaster(before, during),
        observations: [
          `${links.length} links delayed by ${delayMs} ms and up to ${Number(parameters.jitterMs)} ms more: ${nameLinks(links)}`,
          `a probe took ${summary(before)} before, ${summary(during)} now`,
        ],
      },
    };
  },

  async heal({ parameters }, context) {
    const links = linksIn(parameters.links) ?? [];
    const during = await travelTimes(links, context);
    await context.cluster.network.heal(links);
    const after = await travelTimes(links, context);
    return {
      bit: isFaster(after, during),
      observations: [`a probe took ${summary(during)} before the healing, ${summary(after)} now`],
    };
  },
};

function chooseLinks(
  variant: string,
  { order, dice }: JsonObject,
  context: NemesisContext,
): readonly Link[] {
  const links = allLinks(context);
  const [first] = order as string[];
  const rolls = dice as number[];
  const one = links.filter(({ from, to }) => from === first || to === first);
  if (variant === 'one-node') return one;
  if (variant === 'all') return links;
  const some = links.filter((_, index) => rolls[index] === 1);
  return some.length > 0 ? some : one;
}

/** How long a probe takes on each link that it passes, milliseconds, in the order of the links. */
async function travelTimes(
  links: readonly Link[],
  context: NemesisContext,
): Promise<{ link: Link; ms: number }[]> {
  const times = await Promise.all(
    probeable(links, context).map(async (link) => {
      const start = context.clock.now();
      const passed = await context.cluster.network.probe(link, OPEN_PROBE_MS);
      return { link, passed, ms: (context.clock.now() - start) / 1e6 };
    }),
  );
  return times.filter(({ passed }) => passed);
}

/** Whether the typical time of the one is less than that of the other, and both were measured. */
function isFaster(some: readonly { ms: number }[], others: readonly { ms: number }[]): boolean {
  return some.length > 0 && others.length > 0 && medianMs(some) < medianMs(others);
}

function medianMs(times: readonly { ms: number }[]): number {
  const sorted = times.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function summary(times: readonly { ms: number }[]): string {
  return times.length === 0 ? 'for ever' : `${medianMs(times).toFixed(1)} ms (median)`;
}
