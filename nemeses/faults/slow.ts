import type { Nemesis } from '../../harness/contracts/nemesis.js';
import { nameLinks } from '../evidence/probes.js';
import { linksAsJson, linksIn, mostTouched } from '../victims/links.js';
import {
  drawLinks,
  isFaster,
  LINK_VARIANTS,
  linksOf,
  summary,
  travelTimes,
} from '../mechanisms/shaping.js';

/** From a wide area network's delay up to what makes elections time out. */
const MIN_DELAY_MS = 50;
const DELAY_RANGE_MS = 200;

/** Messages between nodes that arrive late, some later than others, in their order. */
export const slow: Nemesis = {
  name: 'slow',
  description: 'delays messages between nodes, with jitter',
  needs: ['delay'],
  variants: LINK_VARIANTS,

  plan: (random, nodes, variant = random.pick(LINK_VARIANTS)) => ({
    fault: 'slow',
    variant,
    parameters: {
      ...drawLinks(random, nodes),
      delayMs: MIN_DELAY_MS + random.integer(DELAY_RANGE_MS),
      jitterMs: random.integer(DELAY_RANGE_MS / 2),
    },
  }),

  async inject({ fault, variant, parameters }, context) {
    const { network } = context.cluster;
    if (network.delay === undefined) throw new Error('this network cannot be slowed');
    const links = await linksOf(variant, parameters, context);
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
        tookEffect:
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
      tookEffect: isFaster(after, during),
      observations: [`a probe took ${summary(during)} before the healing, ${summary(after)} now`],
    };
  },
};
