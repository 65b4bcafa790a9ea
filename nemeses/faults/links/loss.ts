import { z } from 'zod';

import type { Link } from '../../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../../harness/contracts/nemesis.js';
import { nameLinks } from '../../evidence/probes.js';
import { linkFault } from '../../mechanisms/link-fault.js';
import { chooseLinks, drawLinks, LINK_VARIANTS, linkChoice } from '../../mechanisms/shaping.js';

/** Below this one hardly notices; above it, it is a partition. */
const MIN_PERCENT = 10;
const PERCENT_RANGE = 30;

/** In so much time a cluster under load sends enough between its leader and a follower for some of it to be lost. */
const COUNTING_MS = 500;
/** So often it is counted again where nothing was lost yet: nobody may lead just now. */
const MOST_COUNTS = 4;

/** Links that lose some of their packets, each by its own random draw. */
export const loss = linkFault({
  name: 'loss',
  description: 'loses a share of the packets between nodes',
  needs: ['loss'],
  variants: LINK_VARIANTS,
  parameters: linkChoice.extend({ percent: z.number() }),
  draw: (random, nodes) => ({
    ...drawLinks(random, nodes),
    percent: MIN_PERCENT + random.integer(PERCENT_RANGE),
  }),
  choose: chooseLinks,

  async strike(links, { percent }, context) {
    const { network } = context.cluster;
    if (network.loss === undefined) throw new Error('this network cannot lose packets');
    await network.loss(links, { percent });
    let bytes = 0;
    let counts = 0;
    while (bytes === 0 && counts < MOST_COUNTS) {
      bytes = await countLost(links, context);
      counts++;
    }
    return {
      tookEffect: bytes > 0,
      observations: [
        `${links.length} links lose ${percent} % of their packets: ${nameLinks(links)}`,
        `${bytes} bytes were lost within ${counts * COUNTING_MS} ms`,
      ],
    };
  },

  async lift(links, _parameters, context) {
    await context.cluster.network.heal(links);
    const bytes = await countLost(links, context);
    return {
      tookEffect: bytes === 0,
      observations: [`${bytes} bytes were lost within ${COUNTING_MS} ms after the healing`],
    };
  },
});

/** What is lost on these links in a while, by the counters of the rules that drop it. */
async function countLost(links: readonly Link[], context: NemesisContext): Promise<number> {
  const { network } = context.cluster;
  if (network.heldBack === undefined) throw new Error('this network does not count what it loses');
  const { bytes: before } = await network.heldBack(links);
  await context.clock.sleep(COUNTING_MS);
  const { bytes: after } = await network.heldBack(links);
  return after - before;
}
