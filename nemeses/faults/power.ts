import type { ClusterNode, PowerLoss } from '../../harness/contracts/cluster.js';
import type { Nemesis } from '../../harness/contracts/nemesis.js';
import { answers, observeReturn } from '../evidence/probes.js';
import { chooseNodes, drawOrder, rolesBeside } from '../victims/roles.js';
import { carriedOn, healNodes } from '../victims/victims.js';

const VARIANTS = ['one', 'minority', 'leader', 'all'];

/** What a kill leaves and a power cut does not: what was written and not synced. Healed by a restart. */
export const power: Nemesis = {
  name: 'power',
  description: 'cuts the power of nodes: gone at once, and with them all that was not synced',
  needs: ['power'],
  variants: VARIANTS,
  onRequest: rolesBeside(VARIANTS),

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'power',
    variant,
    parameters: drawOrder(random, nodes),
  }),

  async inject(fault, context) {
    const chosen = await chooseNodes(fault.variant, fault.parameters, context);
    const lost = await Promise.all(chosen.nodes.map(cutPower));
    const notes = [...chosen.notes, ...chosen.nodes.map(({ name }, i) => describe(name, lost[i]))];
    return carriedOn(
      fault,
      { nodes: chosen.nodes, notes },
      async (node) => node.state === 'stopped' && !(await answers(node)),
      'seen gone',
    );
  },

  heal: (fault, context) =>
    healNodes(fault, context, async (node) => {
      await node.process.start();
      return observeReturn(node, 'started on what it had synced', context);
    }),
};

async function cutPower(node: ClusterNode): Promise<PowerLoss> {
  if (node.power === undefined) throw new Error(`the power of ${node.name} cannot be cut`);
  return node.power.cut();
}

function describe(name: string, { lostBytes, lostFiles }: PowerLoss): string {
  const files = `${lostFiles} ${lostFiles === 1 ? 'file' : 'files'}`;
  return `${name}: ${lostBytes} bytes that were not synced are lost, in ${files}`;
}
