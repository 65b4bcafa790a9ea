import type { ClusterNode } from '../../../harness/contracts/cluster.js';
import { noun } from '../../../harness/text/numbers.js';
import { observeReturn, observeSilence } from '../../evidence/probes.js';
import { nodeFault } from '../../mechanisms/node-fault.js';
import { drawOrder, nodeChoice, roleVariants } from '../../victims/roles.js';

/** What a kill leaves and a power cut does not: what was written and not synced. Healed by a restart. */
export const power = nodeFault({
  name: 'power',
  description: 'cuts the power of nodes: gone at once, and with them all that was not synced',
  needs: ['power'],
  ...roleVariants(['one', 'minority', 'leader', 'all']),
  parameters: nodeChoice,
  forgets: 'unsynced',
  draw: drawOrder,

  async strike(nodes) {
    const notes = await Promise.all(nodes.map(cutPower));
    return { notes, seen: await observeSilence(nodes, 'stopped') };
  },

  async bringBack(node, _fault, context) {
    await node.process.start();
    return observeReturn(node, 'started on what it had synced', context);
  },
});

/** Says what was lost. */
async function cutPower({ name, power }: ClusterNode): Promise<string> {
  if (power === undefined) throw new Error(`the power of ${name} cannot be cut`);
  const { lostBytes, lostFiles } = await power.cut();
  const files = `${lostFiles} ${noun(lostFiles, 'file')}`;
  return `${name}: ${lostBytes} bytes that were not synced are lost, in ${files}`;
}
