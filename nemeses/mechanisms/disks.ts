import type {
  ClusterNode,
  DiskFacet,
  DiskFault,
  DiskProbe,
} from '../../harness/contracts/cluster.js';
import type { CarriedFault, Nemesis, NemesisContext } from '../../harness/contracts/nemesis.js';
import type { Random } from '../../harness/environment/random.js';
import type { JsonObject } from '../../harness/json.js';
import { observeReturn } from '../evidence/probes.js';
import { lastWords } from '../evidence/last-words.js';
import { chooseNodes, drawOrder, rolesBeside } from '../victims/roles.js';
import { carriedAs, healNodes, type Return } from '../victims/victims.js';

const VARIANTS = ['one', 'leader', 'minority'];

/** What tells one fault of running disks from another. */
export interface DiskBreakage {
  name: `disk-${DiskFault['kind']}`;
  description: string;
  /** Dice beside those that choose the nodes. */
  draw?(random: Random): JsonObject;
  fault(parameters: JsonObject): DiskFault;
  /** Whether a probe shows that the fault is in force; `before` is how the disk was. */
  isBroken(now: DiskProbe, before: DiskProbe, fault: DiskFault): boolean;
  /** Whether the second of two probes shows that a disk which refuses nothing any more is as it was. */
  isMended?(now: DiskProbe, before: DiskProbe): boolean;
}

/**
 * A nemesis that breaks disks under nodes that run: of a minority at most, since a majority without disks can serve
 * nobody. Healed by mending the disk and starting the node, where it has ended meanwhile.
 */
export function diskNemesis({ name, description, draw, ...how }: DiskBreakage): Nemesis {
  return {
    name,
    description,
    needs: [name],
    variants: VARIANTS,
    onRequest: rolesBeside(VARIANTS),

    plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
      fault: name,
      variant,
      parameters: { ...drawOrder(random, nodes), ...draw?.(random) },
    }),

    async inject(planned, context) {
      const { variant, parameters } = planned;
      const chosen = await chooseNodes(variant, parameters, context);
      const wanted = how.fault(parameters);
      const seen = await Promise.all(
        chosen.nodes.map(async (node) => {
          const before = await diskOf(node).probe();
          await diskOf(node).break(wanted);
          const now = await diskOf(node).probe();
          const observation = `${node.name}: a synced write ${describe(before)} before, ${describe(now)} now`;
          return { tookEffect: how.isBroken(now, before, wanted), observation };
        }),
      );
      return carriedAs(planned, chosen, seen);
    },

    heal: (fault, context) => healNodes(fault, context, (node) => mend(node, fault, context, how)),
  };
}

/** What disks a refusing fault leaves: those that answer a write with this code. */
export function refusesWith(code: string): DiskBreakage['isBroken'] {
  return ({ refusal }, before) => refusal === code && before.refusal === undefined;
}

/** A sentence for a disk that does not obey, of a node that runs; undefined where all is well. */
export async function brokenDisk(node: ClusterNode): Promise<string | undefined> {
  const { refusal } = (await node.disk?.probe()) ?? {};
  return refusal === undefined ? undefined : `the disk of ${node.name} still answers ${refusal}`;
}

async function mend(
  node: ClusterNode,
  { fault }: CarriedFault,
  context: NemesisContext,
  { isMended = () => true }: Pick<DiskBreakage, 'isMended'>,
): Promise<Return> {
  const ended = node.state === 'crashed';
  const words = ended ? await lastWords(node) : '';
  await diskOf(node).mend();
  if (node.state === 'crashed' || node.state === 'stopped') await node.process.start();
  const how = ended ? `had ended on its disk${words}` : `had gone on with ${fault}`;
  const { back, observation } = await observeComing(node, how, context);
  const first = await diskOf(node).probe();
  const after = await diskOf(node).probe();
  return {
    back: back && after.refusal === undefined && isMended(after, first),
    observation: `${observation}; a synced write ${describe(after)} now`,
  };
}

/** A server whose writing has failed may take a while to end, and do so on the mended disk. */
async function observeComing(
  node: ClusterNode,
  how: string,
  context: NemesisContext,
): Promise<Return> {
  const first = await observeReturn(node, how, context);
  if (first.back || node.state !== 'crashed') return first;
  await node.process.start();
  return observeReturn(node, `${how}, ended when it was mended, started`, context);
}

function diskOf({ name, disk }: ClusterNode): DiskFacet {
  if (disk === undefined) throw new Error(`the disk of ${name} cannot be broken`);
  return disk;
}

function describe({ refusal, tookMs, slowedSyncs }: DiskProbe): string {
  if (refusal !== undefined) return `was answered with ${refusal}`;
  const slowed = slowedSyncs === undefined ? '' : ` (${slowedSyncs} syncs slowed down so far)`;
  return `took ${tookMs.toFixed(1)} ms${slowed}`;
}
