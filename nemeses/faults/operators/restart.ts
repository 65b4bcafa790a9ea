import { observeReturn } from '../../evidence/probes.js';
import { nodeFault } from '../../mechanisms/node-fault.js';
import { restartNode, roll } from '../../mechanisms/rolling.js';
import { drawOrder, nodeChoice, roleVariants } from '../../victims/roles.js';

/**
 * A rolling restart under load: SIGTERM, and the next node only when the one before serves again. Nothing of a
 * node's may be lost, and a majority is there all the time.
 */
export const restart = nodeFault({
  name: 'restart',
  description: 'stops nodes in their own way and starts them again, one after another',
  needs: ['kill'],
  ...roleVariants(['all', 'one', 'leader', 'minority']),
  parameters: nodeChoice,
  draw: drawOrder,

  strike: (nodes, _fault, context) => roll(nodes, context, (node) => restartNode(node, context)),

  async bringBack(node, _fault, context) {
    await node.process.start();
    return observeReturn(node, 'runs', context);
  },
});
