import { z } from 'zod';

import type { NemesisContext, PlannedFault } from '../../../harness/contracts/nemesis.js';
import { cutLinks, openLinks } from '../../mechanisms/cuts.js';
import { type ChosenLinks, linkFault } from '../../mechanisms/link-fault.js';
import { carriedLinks } from '../../victims/links.js';
import { type Chosen, chooseNodes, drawOrder, minoritySize } from '../../victims/roles.js';
import { SPLITS, splitOf } from '../../victims/splits.js';

const DIRECTIONS = ['outbound', 'inbound'] as const;

const partitionParameters = z.strictObject({
  order: z.array(z.string()),
  groupSize: z.int(),
  direction: z.enum(DIRECTIONS),
  links: carriedLinks,
});

/** Links between nodes that let nothing pass; clients still reach every node. */
export const partition = linkFault({
  name: 'partition',
  description: 'cuts links between nodes, in one direction or both; clients reach all of them',
  needs: ['cut'],
  variants: Object.keys(SPLITS),
  byLeader: ['isolate-leader'],
  parameters: partitionParameters,
  draw: (random, nodes) => ({
    ...drawOrder(random, nodes),
    groupSize: 1 + random.integer(minoritySize(nodes.length)),
    direction: random.pick(DIRECTIONS),
  }),
  choose: chooseSides,
  strike: (links, _parameters, context) => cutLinks(links, context),
  lift: (links, _parameters, context) => openLinks(links, context),
});

async function chooseSides(
  { variant, parameters }: PlannedFault<z.infer<typeof partitionParameters>>,
  context: NemesisContext,
): Promise<ChosenLinks> {
  const names = context.cluster.nodes.map((node) => node.name);
  const { order, groupSize, direction } = parameters;
  const isolated: Chosen =
    variant === 'isolate-leader'
      ? await chooseNodes('leader', { order }, context)
      : { nodes: [], notes: [] };
  const leader = isolated.nodes.at(0)?.name ?? names[0];
  const links = splitOf(variant)({ names, order, leader, groupSize, direction });
  return { links, notes: isolated.notes };
}
