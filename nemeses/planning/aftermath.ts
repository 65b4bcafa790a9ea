import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type { CarriedFault, Nemesis, NemesisContext } from '../../harness/contracts/nemesis.js';
import { failureLine } from '../../harness/text/failure-line.js';
import { nameLinks, observeReturn, OPEN_PROBE_MS, probeAll } from '../evidence/probes.js';
import { allLinks } from '../victims/links.js';

const LOG_LINES = 15;

/** Everything open, running and awake, whatever brought it into its state; the sentences are what could not be restored. */
export async function restoreCluster(
  nemeses: ReadonlySet<Nemesis>,
  context: NemesisContext,
): Promise<string[]> {
  const { network, nodes } = context.cluster;
  const actions = [network.heal(), ...nodes.map((node) => restoreNode(node, nemeses, context))];
  const results = await Promise.allSettled(actions);
  return results.flatMap((result) =>
    result.status === 'rejected' ? [describeError(result.reason)] : [],
  );
}

async function restoreNode(
  node: ClusterNode,
  nemeses: ReadonlySet<Nemesis>,
  context: NemesisContext,
): Promise<void> {
  if (node.state === 'paused') await node.suspension?.resume();
  for (const nemesis of nemeses) await nemesis.restore?.(node, context);
  if (node.state === 'stopped' || node.state === 'crashed') await node.process.start();
}

/**
 * What is still not as it should be, a sentence each: of nodes that give no answer, else of what the nemeses see, else of
 * links. `done` are the faults that were carried out.
 */
export async function findRemains(
  nemeses: ReadonlySet<Nemesis>,
  done: ReadonlyMap<Nemesis, readonly CarriedFault[]>,
  context: NemesisContext,
): Promise<string[]> {
  const { nodes } = context.cluster;
  const returns = await Promise.all(nodes.map((node) => observeReturn(node, node.state, context)));
  const silent = nodes.flatMap((node, index) =>
    returns[index].back ? [] : [describeSilence(node, returns[index].observation)],
  );
  if (silent.length > 0) return Promise.all(silent);
  const left = await askNemeses(nemeses, done, context);
  if (left.length > 0) return left;
  const { blocked } = await probeAll(allLinks(context), OPEN_PROBE_MS, context);
  return blocked.length > 0 ? [`nothing passes from ${nameLinks(blocked)}`] : [];
}

/** Each way of looking once, for the faults of all nemeses that share it. */
async function askNemeses(
  nemeses: ReadonlySet<Nemesis>,
  done: ReadonlyMap<Nemesis, readonly CarriedFault[]>,
  context: NemesisContext,
): Promise<string[]> {
  const faultsBy = new Map<NonNullable<Nemesis['remains']>, CarriedFault[]>();
  for (const nemesis of nemeses) {
    const { remains } = nemesis;
    if (remains === undefined) continue;
    faultsBy.set(remains, [...(faultsBy.get(remains) ?? []), ...(done.get(nemesis) ?? [])]);
  }
  const left = await Promise.all(
    [...faultsBy].map(([remains, faults]) => remains(faults, context)),
  );
  return left.flat();
}

/** What is said of a node that gives no answer: one that ended again has its own words for it. */
async function describeSilence(node: ClusterNode, observation: string): Promise<string> {
  if (node.state !== 'crashed') return observation;
  const cause = failureLine(await node.logTail(LOG_LINES)) ?? 'its log is empty';
  return `${node.name} ended by itself: ${cause}`;
}

/** Whatever was thrown, as a sentence. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
