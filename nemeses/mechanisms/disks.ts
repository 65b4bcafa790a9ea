import type {
  ClusterNode,
  DiskFacet,
  DiskFault,
  DiskProbe,
} from '../../harness/contracts/cluster.js';
import type { BySchema, Nemesis, NemesisContext } from '../../harness/contracts/nemesis.js';
import { lastWords } from '../evidence/last-words.js';
import { observeReturn } from '../evidence/probes.js';
import { type NodeChoice, roleVariants } from '../victims/roles.js';
import type { Return } from '../victims/victims.js';
import { nodeFault, type NodeFault } from './node-fault.js';

/** What tells one fault of running disks from another. */
export interface DiskBreakage<Parameters extends NodeChoice> extends Pick<
  NodeFault<Parameters>,
  'description' | 'parameters' | 'draw'
> {
  name: `disk-${DiskFault['kind']}`;
  fault(parameters: Parameters): DiskFault;
  /** Whether a probe shows that the fault is in force; `before` is how the disk was. */
  isBroken(now: DiskProbe, before: DiskProbe, fault: DiskFault): boolean;
  /** Whether the second of two probes shows that a disk which refuses nothing any more is as it was. */
  isMended?(now: DiskProbe, before: DiskProbe): boolean;
}

/**
 * A nemesis that breaks disks under nodes that run: of a minority at most, since a majority without disks can serve
 * nobody. Healed by mending the disk and starting the node, where it has ended meanwhile.
 */
export function diskFault<Parameters extends NodeChoice>({
  fault,
  isBroken,
  isMended = () => true,
  ...described
}: BySchema<Parameters, DiskBreakage<NoInfer<Parameters>>>): Nemesis<Parameters> {
  return nodeFault<Parameters>({
    ...described,
    needs: [described.name],
    ...roleVariants(['one', 'leader', 'minority']),

    async strike(nodes, { parameters }) {
      const wanted = fault(parameters);
      const seen = await Promise.all(
        nodes.map(async (node) => {
          const disk = diskOf(node);
          const before = await disk.probe();
          await disk.break(wanted);
          const now = await disk.probe();
          const observation = `${node.name}: a synced write ${describe(before)} before, ${describe(now)} now`;
          return { tookEffect: isBroken(now, before, wanted), observation };
        }),
      );
      return { seen };
    },

    bringBack: (node, carried, context) => mend(node, carried.fault, context, isMended),

    async restore({ disk }) {
      await disk?.mend();
    },

    remains: brokenDisks,
  });
}

/** What disks a refusing fault leaves: those that answer a write with this code. */
export function refusesWith(code: string): (now: DiskProbe, before: DiskProbe) => boolean {
  return ({ refusal }, before) => refusal === code && before.refusal === undefined;
}

/** Disks that do not obey, of nodes that run. */
export async function brokenDisks(
  _faults: readonly unknown[],
  { cluster }: NemesisContext,
): Promise<string[]> {
  const sentences = await Promise.all(
    cluster.nodes.map(async ({ name, disk }) => {
      const { refusal } = (await disk?.probe()) ?? {};
      return refusal === undefined ? [] : [`the disk of ${name} still answers ${refusal}`];
    }),
  );
  return sentences.flat();
}

async function mend(
  node: ClusterNode,
  fault: string,
  context: NemesisContext,
  isMended: (now: DiskProbe, before: DiskProbe) => boolean,
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
