import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../harness/contracts/nemesis.js';
import { poll } from '../../harness/environment/poll.js';
import { change, membersSeenBy, startsAnew } from './membership.js';

/** A change that is refused is asked for again, for so long. */
const REMOVAL_LIMIT_MS = 2_000;
/** etcd lets no member go until it has seen enough of the others for five seconds. */
const PATIENT_REMOVAL_LIMIT_MS = 10_000;
const RETRY_MS = 100;

/**
 * One after the other where a removed node ends and has to come back, and none that would leave less than a majority
 * of the rest running; where nodes are only counted out, whoever is asked decides that.
 */
export async function removeAll(
  asked: ClusterNode,
  removed: readonly string[],
  isCut: boolean,
  context: NemesisContext,
): Promise<string[]> {
  const nodes = removed.map((name) => nodeNamed(name, context));
  if (!startsAnew(context)) {
    const limitMs = isCut ? 0 : REMOVAL_LIMIT_MS;
    return Promise.all(nodes.map((node) => change(asked, 'remove', node, limitMs, context)));
  }
  const answers: string[] = [];
  for (const node of nodes) {
    if (!isCut && !(await leavesQuorum(asked, node, context))) {
      answers.push(`${node.name} stays: without it too few members would run`);
      continue;
    }
    node.process.expectEnd('as it was removed from the cluster');
    const limitMs = isCut ? 0 : PATIENT_REMOVAL_LIMIT_MS;
    answers.push(await change(asked, 'remove', node, limitMs, context));
  }
  return answers;
}

/** Where the leader was removed the others may have nothing to say until there is another one. */
export async function membersAfter(
  asked: ClusterNode,
  isCut: boolean,
  context: NemesisContext,
): Promise<readonly string[] | undefined> {
  const { clock } = context;
  const limitMs = startsAnew(context) && !isCut ? PATIENT_REMOVAL_LIMIT_MS : 0;
  const { seen } = await poll(clock, { everyMs: RETRY_MS }, async (elapsedMs) => {
    const seen = await membersSeenBy(asked, context);
    return seen !== undefined || elapsedMs() >= limitMs ? { seen } : undefined;
  });
  return seen;
}

/** Whether a majority of those who are left runs. */
async function leavesQuorum(
  asked: ClusterNode,
  removed: ClusterNode,
  context: NemesisContext,
): Promise<boolean> {
  const members = (await membersSeenBy(asked, context)) ?? [];
  const left = members.filter((name) => name !== removed.name);
  const running = left.filter((name) => nodeNamed(name, context).state === 'running');
  return running.length > left.length / 2;
}

function nodeNamed(name: string, { cluster }: NemesisContext): ClusterNode {
  const node = cluster.nodes.find((each) => each.name === name);
  if (node === undefined) throw new Error(`there is no node ${name}`);
  return node;
}
