import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type { Evidence, NemesisContext } from '../../harness/contracts/nemesis.js';
import type { Membership } from '../../harness/contracts/target.js';
import { poll } from '../../harness/environment/poll.js';
import { untilServing } from './rolling.js';

/** For one request. */
const ASK_MS = 1_000;
const RETURN_LIMIT_MS = 15_000;
/** Where nodes start anew, for each: a new member of etcd is not counted for its first five seconds. */
const RETURN_ANEW_LIMIT_MS = 30_000;
const RETRY_MS = 100;
const STATUS_TIMEOUT_MS = 1_000;

/** Whether nodes that were removed end, and come back as new ones. */
export function startsAnew({ target }: NemesisContext): boolean {
  return membershipOf(target).startsAnew !== undefined;
}

/** Whom this node takes for members; undefined where it does not answer. */
export function membersSeenBy(
  node: ClusterNode,
  { cluster, target }: NemesisContext,
): Promise<readonly string[] | undefined> {
  return membershipOf(target).members(node, cluster.nodes, STATUS_TIMEOUT_MS);
}

/** `n1, n2`. */
export function describeMembers(members: readonly string[] | undefined): string {
  return members?.join(', ') ?? 'nothing';
}

/** Asks until it is done or `limitMs` have passed, at least once; a sentence about how it ended. */
export async function change(
  asked: ClusterNode,
  kind: 'add' | 'remove',
  member: ClusterNode,
  limitMs: number,
  { clock, target }: NemesisContext,
): Promise<string> {
  const what = `${asked.name} was asked to ${kind} ${member.name}`;
  return poll(clock, { everyMs: RETRY_MS }, async (elapsedMs) => {
    try {
      await membershipOf(target).change(asked, kind, member, ASK_MS);
      return `${what}: done`;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return elapsedMs() >= limitMs ? `${what}: ${reason}` : undefined;
    }
  });
}

/** Adds whoever is missing, until whoever leads counts every node, and every node that had ended serves. */
export async function bringBackAll(context: NemesisContext): Promise<Evidence> {
  const { clock, cluster } = context;
  const count = cluster.nodes.length;
  const limitMs = startsAnew(context) ? count * RETURN_ANEW_LIMIT_MS : RETURN_LIMIT_MS;
  const told: string[] = [];
  let seen: readonly string[] | undefined;
  const back = await poll(clock, { everyMs: RETRY_MS, limitMs }, async () => {
    const leader = await findLeader(context);
    seen = leader && (await membersSeenBy(leader, context));
    const missing = seen && cluster.nodes.find(({ name }) => !seen?.includes(name));
    if (leader && seen && missing === undefined) {
      const counted = `${leader.name} counts all ${count} nodes as members`;
      return withEveryNode([...told, counted], context);
    }
    if (leader && missing !== undefined) told.push(...(await takeBack(leader, missing, context)));
    return undefined;
  });
  if (back !== undefined) return back;
  told.push(`not all are members again: ${describeMembers(seen)}`);
  return { tookEffect: false, observations: told };
}

/** A member that was added and never started still has to. */
async function withEveryNode(told: string[], context: NemesisContext): Promise<Evidence> {
  if (!startsAnew(context)) return { tookEffect: true, observations: told };
  const { nodes } = context.cluster;
  for (const node of nodes) {
    await node.process.start();
    node.process.expectEnd(null);
  }
  const serving = await Promise.all(nodes.map((node) => untilServing(node, context)));
  const silent = nodes.filter((_, index) => !serving[index]).map(({ name }) => name);
  if (silent.length > 0) told.push(`${silent.join(', ')} does not serve`);
  return { tookEffect: silent.length === 0, observations: told };
}

/** Added as it is, or started anew with empty data before or after that. */
async function takeBack(
  leader: ClusterNode,
  missing: ClusterNode,
  context: NemesisContext,
): Promise<string[]> {
  const { startsAnew: order } = membershipOf(context.target);
  if (order === undefined) {
    await change(leader, 'add', missing, 0, context);
    return [];
  }
  await missing.process.stop();
  const add = (): Promise<string> => change(leader, 'add', missing, RETURN_ANEW_LIMIT_MS, context);
  const added = order === 'after' ? [await add()] : [];
  const members = await membersSeenBy(leader, context);
  await startAnew(missing, [...new Set([...(members ?? []), missing.name])]);
  await missing.process.start();
  if (order === 'before') added.push(await add());
  const serves = await untilServing(missing, context);
  return [...added, `${missing.name}: new and empty, ${serves ? 'serves' : 'does not serve'}`];
}

async function startAnew(node: ClusterNode, members: readonly string[]): Promise<void> {
  if (node.membership === undefined) throw new Error(`${node.name} cannot be made anew here`);
  await node.membership.joinAnew(members);
}

async function findLeader({ cluster, leader }: NemesisContext): Promise<ClusterNode | undefined> {
  const name = await leader();
  return cluster.nodes.find((node) => node.name === name);
}

function membershipOf({ name, membership }: NemesisContext['target']): Membership {
  if (!membership) throw new Error(`${name} has no membership to change`);
  return membership;
}
