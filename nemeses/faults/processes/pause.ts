import type { ClusterNode } from '../../../harness/contracts/cluster.js';
import { observeReturn, observeSilence } from '../../evidence/probes.js';
import { nodeFault } from '../../mechanisms/node-fault.js';
import { drawOrder, nodeChoice, roleVariants } from '../../victims/roles.js';

/** SIGSTOP: a node that sleeps through its own timeouts, as in a long garbage collection. */
export const pause = nodeFault({
  name: 'pause',
  description: 'freezes nodes and lets them go on as if no time had passed',
  needs: ['pause'],
  ...roleVariants(['one', 'leader', 'minority']),
  parameters: nodeChoice,
  draw: drawOrder,

  async strike(nodes) {
    await Promise.all(nodes.map(freeze));
    return { seen: await observeSilence(nodes, 'paused') };
  },

  async bringBack(node, _fault, context) {
    // One that another fault has killed in the meantime is no longer this fault's affair.
    if (node.state !== 'paused') {
      return { back: true, observation: `${node.name}: no longer paused, it is ${node.state}` };
    }
    await node.suspension?.resume();
    return observeReturn(node, 'seen running again', context);
  },
});

async function freeze({ name, suspension }: ClusterNode): Promise<void> {
  if (suspension === undefined) throw new Error(`node ${name} cannot be paused`);
  await suspension.pause();
}
