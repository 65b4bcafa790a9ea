import { ClientError } from '../../harness/contracts/client.js';
import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type { Membership } from '../../harness/contracts/target.js';
import { createRealClock } from '../../harness/environment/real.js';
import { type HttpAnswer, HttpConnection, type HttpRequest } from '../../harness/network/http.js';
import { startBudget } from '../../harness/network/budget.js';

/** The part of `/v1/operator/raft/configuration` that we read. */
interface RaftConfiguration {
  Servers: { Node: string; Voter: boolean }[];
}

/**
 * A server is asked itself to leave: it tells the others and ends. One that joins is taken among the raft's peers by
 * their leader, without being asked.
 */
export const consulMembership: Membership = {
  startsAnew: 'before',

  members: (asked, _nodes, timeoutMs) => peersOf(asked, timeoutMs).catch(() => undefined),

  async change(asked, kind, member, timeoutMs) {
    if (kind === 'remove') {
      // It may be gone before it answers: what counts is what the others say.
      await ask(member, { method: 'PUT', path: '/v1/agent/leave' }, timeoutMs).catch(
        () => undefined,
      );
    }
    const isPeer = (await peersOf(asked, timeoutMs)).includes(member.name);
    if (isPeer === (kind === 'add')) return;
    const what = isPeer ? 'still' : 'not yet';
    throw new ClientError('under-way', `${member.name} is ${what} one of the raft's peers`);
  },
};

/** The voting servers, as the leader has them. */
async function peersOf(asked: ClusterNode, timeoutMs: number): Promise<string[]> {
  const request = { method: 'GET', path: '/v1/operator/raft/configuration' } as const;
  const { status, text } = await ask(asked, request, timeoutMs);
  if (status !== 200) throw new ClientError('unavailable', `Consul answered ${status}: ${text}`);
  const { Servers: servers } = JSON.parse(text) as RaftConfiguration;
  return servers.filter(({ Voter: votes }) => votes).map(({ Node: name }) => name);
}

async function ask(
  { address }: ClusterNode,
  request: HttpRequest,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const clock = createRealClock();
  const http = new HttpConnection(address, clock);
  try {
    return await http.send(request, startBudget(clock, timeoutMs));
  } finally {
    await http.close();
  }
}
