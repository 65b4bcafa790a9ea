import { z } from 'zod';

import { nameLinks } from '../../evidence/probes.js';
import { linkFault } from '../../mechanisms/link-fault.js';
import {
  chooseLinks,
  drawLinks,
  isFaster,
  LINK_VARIANTS,
  linkChoice,
  summary,
  travelTimes,
} from '../../mechanisms/shaping.js';

/** From a wide area network's delay up to what makes elections time out. */
const MIN_DELAY_MS = 50;
const DELAY_RANGE_MS = 200;

/** Messages between nodes that arrive late, some later than others, in their order. */
export const slow = linkFault({
  name: 'slow',
  description: 'delays messages between nodes, with jitter',
  needs: ['delay'],
  variants: LINK_VARIANTS,
  parameters: linkChoice.extend({ delayMs: z.number(), jitterMs: z.number() }),
  draw: (random, nodes) => ({
    ...drawLinks(random, nodes),
    delayMs: MIN_DELAY_MS + random.integer(DELAY_RANGE_MS),
    jitterMs: random.integer(DELAY_RANGE_MS / 2),
  }),
  choose: chooseLinks,

  async strike(links, { delayMs, jitterMs }, context) {
    const { network } = context.cluster;
    if (network.delay === undefined) throw new Error('this network cannot be slowed');
    const before = await travelTimes(links, context);
    await network.delay(links, { delayMs, jitterMs });
    const during = await travelTimes(links, context);
    const isDelayed = during.length > 0 && during.every(({ ms }) => ms >= delayMs);
    return {
      tookEffect: isDelayed && isFaster(before, during),
      observations: [
        `${links.length} links delayed by ${delayMs} ms and up to ${jitterMs} ms more: ${nameLinks(links)}`,
        `a probe took ${summary(before)} before, ${summary(during)} now`,
      ],
    };
  },

  async lift(links, _parameters, context) {
    const during = await travelTimes(links, context);
    await context.cluster.network.heal(links);
    const after = await travelTimes(links, context);
    return {
      tookEffect: isFaster(after, during),
      observations: [`a probe took ${summary(during)} before the healing, ${summary(after)} now`],
    };
  },
});
