import type { ClusterNode, DiskDamage } from '../harness/contracts/cluster.js';
import type { Nemesis, NemesisContext } from '../harness/contracts/nemesis.js';
import { answers, observeReturn } from './evidence.js';
import { chooseNodes, drawOrder } from './roles.js';
import { carriedOn, healNodes, type Return } from './victims.js';

const VARIANTS = ['flip-bit', 'truncate-tail'];

/**
 * The newest file of one node's log is damaged while it is down: a bit flipped, or the tail cut off. Healed by a start
 * on what is left. A node that refuses to start has done right: it gets the file back as it was, as from a copy.
 * One that cannot tell the damage from a write that a power cut tore drops the tail, and has forgotten what it had
 * acknowledged; so it is one node only, and the others have had time to agree without it.
 *
 * To serve what was never written is a fault of its own. An acknowledged write that is lost shows that the system
 * does not survive such damage, which few promise: their proofs rest on disks that forget nothing (Alagappan et
 * al., "Protocol-Aware Recovery for Consensus-Based Storage", FAST 2018).
 */
export const diskDamage: Nemesis = {
  name: 'disk-damage',
  description: 'damages the log of a node while it is down',
  needs: ['kill', 'disk-damage'],
  variants: VARIANTS,

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'disk-damage',
    variant,
    parameters: { ...drawOrder(random, nodes), dice: random.next() },
  }),

  async inject(fault, context) {
    const chosen = await chooseNodes('one', fault.parameters, context);
    const damage = damageOf(fault.variant, Number(fault.parameters.dice));
    const notes = await Promise.all(
      chosen.nodes.map(async (node) => {
        await node.kill();
        return `${node.name}: ${await damageDisk(node, damage)}`;
      }),
    );
    return carriedOn(
      fault,
      { nodes: chosen.nodes, notes },
      async (node) => node.state === 'stopped' && !(await answers(node)),
      'seen gone',
    );
  },

  heal: (fault, context) => healNodes(fault, context, (node) => startOnDamage(node, context)),
};

function damageOf(variant: string, dice: number): DiskDamage {
  return { kind: variant === 'flip-bit' ? 'flip-bit' : 'truncate-tail', dice };
}

async function startOnDamage(node: ClusterNode, context: NemesisContext): Promise<Return> {
  try {
    await node.start();
  } catch {
    const reason = (await node.logTail(1)).trim();
    const restored = await damageDisk(node, null);
    await node.start();
    const what = `refused to start (“${reason}”); ${restored}; started`;
    return observeReturn(node, what, context);
  }
  return observeReturn(node, 'started on its damaged log', context);
}

function damageDisk(node: ClusterNode, damage: DiskDamage | null): Promise<string> {
  if (node.damageDisk === undefined) throw new Error(`the disk of ${node.name} cannot be damaged`);
  return node.damageDisk(damage);
}
