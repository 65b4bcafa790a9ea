import { z } from 'zod';

import type {
  ClusterNode,
  DiskDamage,
  StoredLogFacet,
} from '../../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../../harness/contracts/nemesis.js';
import { poll } from '../../../harness/environment/poll.js';
import { lastWords } from '../../evidence/last-words.js';
import { observeReturn, observeSilence } from '../../evidence/probes.js';
import { brokenDisks } from '../../mechanisms/disks.js';
import { nodeFault } from '../../mechanisms/node-fault.js';
import { drawOrder, nodeChoice } from '../../victims/roles.js';
import type { Return } from '../../victims/victims.js';

const VARIANTS = ['flip-bit', 'truncate-tail'];

/** One that learns only from the others that its log lacks something ends so soon after its start. */
const WATCH_MS = 2_000;
const POLL_MS = 50;

/**
 * The newest file of one node's log is damaged while it is down: a bit flipped, or the tail cut off. Healed by a start
 * on what is left. A node that refuses to start, or ends as soon as it hears from the others, has done right: it gets
 * the file back as it was, as from a copy.
 * One that cannot tell the damage from a write that a power cut tore drops the tail, and has forgotten what it had
 * acknowledged; so it is one node only, and the others have had time to agree without it.
 *
 * To serve what was never written is a fault of its own. An acknowledged write that is lost shows that the system
 * does not survive such damage, which few promise: their proofs rest on disks that forget nothing (Alagappan et
 * al., "Protocol-Aware Recovery for Consensus-Based Storage", FAST 2018).
 */
export const diskDamage = nodeFault({
  name: 'disk-damage',
  description: 'damages the log of a node while it is down',
  needs: ['kill', 'disk-damage'],
  variants: VARIANTS,
  parameters: nodeChoice.extend({ draw: z.number() }),
  forgets: 'anything',
  remains: brokenDisks,

  refuses: ({ name, starts: { container } }) =>
    container !== undefined && container.logFiles === undefined
      ? `${name} does not say which files are its log`
      : undefined,

  draw: (random, nodes) => ({ ...drawOrder(random, nodes), draw: random.next() }),
  roleOf: () => 'one',

  async strike(nodes, { variant, parameters }) {
    const damage = damageOf(variant, parameters.draw);
    const notes = await Promise.all(
      nodes.map(async (node) => {
        await node.process.kill();
        return `${node.name}: ${await storedLogOf(node).damage(damage)}`;
      }),
    );
    return { notes, seen: await observeSilence(nodes, 'stopped') };
  },

  bringBack: (node, _fault, context) => startOnDamage(node, context),
});

function damageOf(variant: string, draw: number): DiskDamage {
  return { kind: variant === 'flip-bit' ? 'flip-bit' : 'truncate-tail', draw };
}

async function startOnDamage(node: ClusterNode, context: NemesisContext): Promise<Return> {
  let seen = 'refused to start';
  try {
    await node.process.start();
    if (!(await endsSoon(node, context))) {
      return await observeReturn(node, 'started on its damaged log and runs on', context);
    }
    seen = 'ended soon after its start';
  } catch {
    // It did not come up at all.
  }
  const words = await lastWords(node);
  const restored = await storedLogOf(node).restore();
  await node.process.start();
  return observeReturn(node, `${seen}${words}; ${restored}; started`, context);
}

async function endsSoon(node: ClusterNode, { clock }: NemesisContext): Promise<boolean> {
  const isDown = (): true | undefined => node.state !== 'running' || undefined;
  await poll(clock, { everyMs: POLL_MS, limitMs: WATCH_MS }, isDown);
  return node.state === 'crashed';
}

function storedLogOf({ name, storedLog }: ClusterNode): StoredLogFacet {
  if (storedLog === undefined) throw new Error(`the disk of ${name} cannot be damaged`);
  return storedLog;
}
