import { createRealClock } from '../../harness/environment/real.js';
import type { JsonObject } from '../../harness/json.js';
import { startBudget } from '../../harness/network/budget.js';
import { EtcdConnection } from './connection.js';

/** What `Maintenance.Status` says. Ids are strings: they use all 64 bits. */
export async function etcdStatus(
  address: { host: string; port: number },
  timeoutMs: number,
): Promise<JsonObject | undefined> {
  const clock = createRealClock();
  const connection = new EtcdConnection(address, clock);
  try {
    const answer = await connection.call('Maintenance.Status', {}, startBudget(clock, timeoutMs));
    return {
      member: answer.header.memberId,
      leader: answer.leader,
      term: Number(answer.raftTerm),
      index: Number(answer.raftIndex),
      revision: Number(answer.header.revision),
      version: answer.version,
    };
  } catch {
    return undefined;
  } finally {
    await connection.close();
  }
}

/** A member without a leader gives "0"; it answers, but can serve neither writes nor linearizable reads. */
export function isEtcdReady(status: JsonObject): boolean {
  return typeof status.leader === 'string' && status.leader !== '0';
}

/** A member leads where it takes itself for the leader of its term. */
export function etcdLeadership(status: JsonObject): { isLeader: boolean; term: number } {
  return {
    isLeader: isEtcdReady(status) && status.leader === status.member,
    term: typeof status.term === 'number' ? status.term : 0,
  };
}
