import type { ClusterNode } from '../harness/contracts/cluster.js';
import type { Nemesis, NemesisContext } from '../harness/contracts/nemesis.js';
import { answers, observeReturn } from './evidence.js';
import { chooseNodes, drawOrder } from './roles.js';

const VARIANTS = ['one', 'leader', 'minority'];

/** SIGSTOP: a node that sleeps through its own timeouts, as in a long garbage collection. */
export const pause: Nemesis = {
  name: 'pause',
  description: 'freezes nodes and lets them go on as if no time had passed',
  needs: ['pause'],
  variants: VARIANTS,

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'pause',
    variant,
    parameters: drawOrder(random, nodes),
  }),

  async inject({ fault, variant, parameters }, context) {
    const { nodes, notes } = await chooseNodes(variant, parameters, context);
    await Promise.all(nodes.map(freeze));
    const frozen = await Promise.all(nodes.map(isFrozen));
    const observations = nodes.map(({ name, state }, index) =>
      frozen[index] ? `${name}: seen stopped, answers no more` : `${name}: ${state}, still answers`,
    );
    const names = nodes.map((node) => node.name);
    return {
      fault,
      variant,
      nodes: names,
      parameters: { ...parameters, nodes: names },
      evidence: {
        bit: frozen.length > 0 && !frozen.includes(false),
        observations: [...notes, ...observations],
      },
    };
  },

  async heal({ nodes }, context) {
    const victims = context.cluster.nodes.filter((node) => nodes.includes(node.name));
    const returns = await Promise.all(victims.map((node) => resume(node, context)));
    return {
      bit: returns.every(({ back }) => back),
      observations: returns.map(({ observation }) => observation),
    };
  },
};

async function freeze(node: ClusterNode): Promise<void> {
  if (node.pause === undefined) throw new Error(`node ${node.name} cannot be paused`);
  await node.pause();
}

async function isFrozen(node: ClusterNode): Promise<boolean> {
  return node.state === 'paused' && !(await answers(node));
}

/** A node that another fault has killed in the meantime is no longer this one's affair. */
async function resume(
  node: ClusterNode,
  context: NemesisContext,
): Promise<{ back: boolean; observation: string }> {
  if (node.state !== 'paused') {
    return { back: true, observation: `${node.name}: no longer paused, it is ${node.state}` };
  }
  await node.resume?.();
  return observeReturn(node, 'seen running again', context);
}
