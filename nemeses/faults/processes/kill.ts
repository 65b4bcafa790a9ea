import { observeReturn, observeSilence } from '../../evidence/probes.js';
import { nodeFault } from '../../mechanisms/node-fault.js';
import { drawOrder, nodeChoice, roleVariants } from '../../victims/roles.js';

/** SIGKILL: what the process had not given to the operating system is lost. Healed by a restart. */
export const kill = nodeFault({
  name: 'kill',
  description: 'ends nodes without warning and starts them again',
  needs: ['kill'],
  ...roleVariants(['one', 'minority', 'leader', 'all']),
  parameters: nodeChoice,
  draw: drawOrder,

  async strike(nodes) {
    await Promise.all(nodes.map((node) => node.process.kill()));
    return { seen: await observeSilence(nodes, 'stopped') };
  },

  async bringBack(node, _fault, context) {
    await node.process.start();
    return observeReturn(node, 'started again', context);
  },
});
