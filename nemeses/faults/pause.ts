import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type { Nemesis } from '../../harness/contracts/nemesis.js';
import { answers, observeReturn } from '../evidence/probes.js';
import { chooseNodes, drawOrder, rolesBeside } from '../victims/roles.js';
import { carriedOn, healNodes } from '../victims/victims.js';

const VARIANTS = ['one', 'leader', 'minority'];

/** SIGSTOP: a node that sleeps through its own timeouts, as in a long garbage collection. */
export const pause: Nemesis = {
  name: 'pause',
  description: 'freezes nodes and lets them go on as if no time had passed',
  needs: ['pause'],
  variants: VARIANTS,
  onRequest: rolesBeside(VARIANTS),

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'pause',
    variant,
    parameters: drawOrder(random, nodes),
  }),

  async inject(fault, context) {
    const chosen = await chooseNodes(fault.variant, fault.parameters, context);
    await Promise.all(chosen.nodes.map(freeze));
    return carriedOn(
      fault,
      chosen,
      async (node) => node.state === 'paused' && !(await answers(node)),
      'seen stopped',
    );
  },

  heal: (fault, context) =>
    healNodes(fault, context, async (node) => {
      // One that another fault has killed in the meantime is no longer this fault's affair.
      if (node.state !== 'paused') {
        return { back: true, observation: `${node.name}: no longer paused, it is ${node.state}` };
      }
      await node.suspension?.resume();
      return observeReturn(node, 'seen running again', context);
    }),
};

async function freeze(node: ClusterNode): Promise<void> {
  if (node.suspension === undefined) throw new Error(`node ${node.name} cannot be paused`);
  await node.suspension.pause();
}
