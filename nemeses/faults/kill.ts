import type { Nemesis } from '../../harness/contracts/nemesis.js';
import { answers, observeReturn } from '../evidence/probes.js';
import { chooseNodes, drawOrder, rolesBeside } from '../victims/roles.js';
import { carriedOn, healNodes } from '../victims/victims.js';

const VARIANTS = ['one', 'minority', 'leader', 'all'];

/** SIGKILL: what the process had not given to the operating system is lost. Healed by a restart. */
export const kill: Nemesis = {
  name: 'kill',
  description: 'ends nodes without warning and starts them again',
  needs: ['kill'],
  variants: VARIANTS,
  onRequest: rolesBeside(VARIANTS),

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'kill',
    variant,
    parameters: drawOrder(random, nodes),
  }),

  async inject(fault, context) {
    const chosen = await chooseNodes(fault.variant, fault.parameters, context);
    await Promise.all(chosen.nodes.map((node) => node.process.kill()));
    return carriedOn(
      fault,
      chosen,
      async (node) => node.state === 'stopped' && !(await answers(node)),
      'seen gone',
    );
  },

  heal: (fault, context) =>
    healNodes(fault, context, async (node) => {
      await node.process.start();
      return observeReturn(node, 'started again', context);
    }),
};
