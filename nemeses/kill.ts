import type { ClusterNode } from '../harness/contracts/cluster.js';
import type { Nemesis, NemesisContext } from '../harness/contracts/nemesis.js';
import { answers, observeReturn } from './evidence.js';
import { chooseNodes, drawOrder } from './roles.js';

const VARIANTS = ['one', 'minority', 'leader', 'all'];

/** SIGKILL: what the process had not given to the operating system is lost. Healed by a restart. */
export const kill: Nemesis = {
  name: 'kill',
  description: 'ends nodes without warning and starts them again',
  needs: ['kill'],
  variants: VARIANTS,

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'kill',
    variant,
    parameters: drawOrder(random, nodes),
  }),

  async inject({ fault, variant, parameters }, context) {
    const { nodes, notes } = await chooseNodes(variant, parameters, context);
    await Promise.all(nodes.map((node) => node.kill()));
    const gone = await Promise.all(nodes.map(isGone));
    const observations = nodes.map(({ name, state }, index) =>
      gone[index] ? `${name}: seen gone, answers no more` : `${name}: ${state}, still answers`,
    );
    const names = nodes.map((node) => node.name);
    return {
      fault,
      variant,
      nodes: names,
      parameters: { ...parameters, nodes: names },
      evidence: {
        bit: gone.length > 0 && !gone.includes(false),
        observations: [...notes, ...observations],
      },
    };
  },

  async heal({ nodes }, context) {
    const victims = context.cluster.nodes.filter((node) => nodes.includes(node.name));
    const returns = await Promise.all(victims.map((node) => restart(node, context)));
    return {
      bit: returns.every(({ back }) => back),
      observations: returns.map(({ observation }) => observation),
    };
  },
};

async function isGone(node: ClusterNode): Promise<boolean> {
  return node.state === 'stopped' && !(await answers(node));
}

/** One that does not come back is an observation, so that the others are started nevertheless. */
async function restart(
  node: ClusterNode,
  context: NemesisContext,
): Promise<{ back: boolean; observation: string }> {
  try {
    await node.start();
    return await observeReturn(node, 'started again', context);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { back: false, observation: `${node.name}: could not be started again: ${reason}` };
  }
}
