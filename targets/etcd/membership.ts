import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type { Membership } from '../../harness/contracts/target.js';
import { createRealClock } from '../../harness/environment/real.js';
import { hostAndPort } from '../../harness/network/address.js';
import { startBudget } from '../../harness/network/budget.js';
import { EtcdConnection } from './connection.js';
import type { Calls, Member } from './definitions.js';

/**
 * The member API. A removed member ends by itself, and its name for the cluster is gone with it: what comes back is
 * another member, with empty data, which has to be added before it starts.
 */
export const etcdMembership: Membership = {
  startsAnew: 'after',

  async members(asked, nodes, timeoutMs) {
    const listed = await listMembers(asked, timeoutMs).catch(() => undefined);
    return (
      listed &&
      nodes.filter((node) => listed.some((member) => isSame(member, node))).map(({ name }) => name)
    );
  },

  async change(asked, kind, node, timeoutMs) {
    if (kind === 'add') {
      await call(asked, 'Cluster.MemberAdd', { peerURLs: [peerUrl(node)] }, timeoutMs);
      return;
    }
    const member = (await listMembers(asked, timeoutMs)).find((each) => isSame(each, node));
    if (member) await call(asked, 'Cluster.MemberRemove', { ID: member.ID }, timeoutMs);
  },
};

async function listMembers(asked: ClusterNode, timeoutMs: number): Promise<Member[]> {
  return (await call(asked, 'Cluster.MemberList', {}, timeoutMs)).members;
}

/** By address: one that was added and has not started has no name yet. */
function isSame({ peerURLs }: Member, node: ClusterNode): boolean {
  return peerURLs.includes(peerUrl(node));
}

function peerUrl({ name, peerAddress }: ClusterNode): string {
  if (peerAddress === undefined) throw new Error(`where its peers reach ${name} is not known`);
  return `http://${hostAndPort(peerAddress)}`;
}

async function call<M extends keyof Calls>(
  { address }: ClusterNode,
  name: M,
  request: Calls[M][0],
  timeoutMs: number,
): Promise<Calls[M][1]> {
  const clock = createRealClock();
  const connection = new EtcdConnection(address, clock);
  try {
    return await connection.call(name, request, startBudget(clock, timeoutMs));
  } finally {
    await connection.close();
  }
}
