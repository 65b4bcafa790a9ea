import type { ClusterNode } from '../../../harness/contracts/cluster.js';
import type { Membership, TargetChoice } from '../../../harness/contracts/target.js';
import { createRealClock } from '../../../harness/environment/real.js';
import { startBudget } from '../../../harness/network/budget.js';
import { CLIENT_PORT, serverEntry } from './config.js';
import { getData, reconfig, type Request } from '../protocol/requests.js';
import { ZooKeeperSession } from '../protocol/session.js';

/** Where every server shows the ensemble, as it has it. */
const CONFIGURATION = '/zookeeper/config';
const SESSION_MS = 4_000;

function refuses({ version, settings }: TargetChoice): string | undefined {
  if (version.startsWith('3.4')) {
    return `the servers of ZooKeeper ${version} are fixed; they can be changed from 3.5 on (zookeeper@3.8)`;
  }
  if (settings.reconfig === 'on') return undefined;
  return 'ZooKeeper changes its servers only where it is allowed to: --set reconfig=on';
}

/** Dynamic reconfiguration. A removed server goes on without a vote; a new one must run before it is let in. */
export const zooKeeperMembership: Membership = {
  refuses,
  startsAnew: 'before',

  async members(asked, nodes, timeoutMs) {
    const answer = await ask(asked, getData(CONFIGURATION), timeoutMs).catch(() => undefined);
    if (answer === undefined) return undefined;
    const text = answer.data.toString();
    return nodes
      .filter((node) => text.includes(`server.${numberOf(node)}=`))
      .map(({ name }) => name);
  },

  async change(asked, kind, member, timeoutMs) {
    const number = numberOf(member);
    if (kind === 'remove') {
      await ask(asked, reconfig([], [String(number)]), timeoutMs);
      return;
    }
    const { peerAddress } = member;
    if (peerAddress === undefined) throw new Error(`where ${member.name} is reached is not known`);
    const entry = `${serverEntry(number, peerAddress)}:participant;${CLIENT_PORT}`;
    await ask(asked, reconfig([entry], []), timeoutMs);
  },
};

/** Servers have the numbers of their nodes: `n2` is server 2. */
function numberOf({ name }: ClusterNode): number {
  return Number(name.slice(1));
}

async function ask<T>(
  { address }: ClusterNode,
  request: Request<T>,
  timeoutMs: number,
): Promise<T> {
  const clock = createRealClock();
  const session = new ZooKeeperSession(address, SESSION_MS, clock);
  try {
    return (await session.request(request, startBudget(clock, timeoutMs))).value;
  } finally {
    await session.close();
  }
}
