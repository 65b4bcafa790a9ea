import type { Nemesis } from '../../harness/contracts/nemesis.js';
import { observeReturn } from '../evidence/probes.js';
import { chooseNodes, drawOrder, rolesBeside } from '../victims/roles.js';
import { restartNode, roll } from '../mechanisms/rolling.js';
import { healNodes } from '../victims/victims.js';

const VARIANTS = ['all', 'one', 'leader', 'minority'];

/**
 * A rolling restart under load: SIGTERM, and the next node only when the one before serves again. Nothing of a
 * node's may be lost, and a majority is there all the time.
 */
export const restart: Nemesis = {
  name: 'restart',
  description: 'stops nodes in their own way and starts them again, one after another',
  needs: ['kill'],
  variants: VARIANTS,
  onRequest: rolesBeside(VARIANTS),

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'restart',
    variant,
    parameters: drawOrder(random, nodes),
  }),

  async inject(fault, context) {
    const chosen = await chooseNodes(fault.variant, fault.parameters, context);
    return roll(fault, chosen, context, (node) => restartNode(node, context));
  },

  heal: (fault, context) =>
    healNodes(fault, context, async (node) => {
      await node.process.start();
      return observeReturn(node, 'runs', context);
    }),
};
