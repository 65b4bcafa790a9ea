import { createRealClock } from '../../harness/environment/real.js';
import type { JsonObject } from '../../harness/json.js';
import { HttpConnection } from '../../harness/network/http.js';
import { startBudget } from '../../harness/network/budget.js';

/** The part of `/v1/agent/self` that we read: all of it is known to the agent itself. */
interface AgentSelf {
  Config?: { Version?: string };
  Stats?: {
    raft?: { state?: string; term?: string; commit_index?: string };
    consul?: { leader_addr?: string };
  };
}

/** What the agent says of itself, without asking another server. */
export async function consulStatus(
  address: { host: string; port: number },
  timeoutMs: number,
): Promise<JsonObject | undefined> {
  const clock = createRealClock();
  const http = new HttpConnection(address, clock);
  try {
    const request = { method: 'GET', path: '/v1/agent/self' } as const;
    const { text } = await http.send(request, startBudget(clock, timeoutMs));
    return parseSelf(text);
  } catch {
    return undefined;
  } finally {
    await http.close();
  }
}

/** The facts in the text of `/v1/agent/self`. Throws where it is no JSON. */
export function parseSelf(text: string): JsonObject {
  const { Config: config, Stats: stats } = JSON.parse(text) as AgentSelf;
  return {
    state: stats?.raft?.state,
    term: Number(stats?.raft?.term ?? 0),
    commitIndex: Number(stats?.raft?.commit_index ?? 0),
    leader: stats?.consul?.leader_addr ?? '',
    version: config?.Version,
  };
}

/** A server that knows a leader can pass requests on to it. */
export function isConsulReady(status: JsonObject): boolean {
  const isMember = status.state === 'Leader' || status.state === 'Follower';
  return isMember && typeof status.leader === 'string' && status.leader !== '';
}

export function consulLeadership(status: JsonObject): { isLeader: boolean; term: number } {
  return {
    isLeader: status.state === 'Leader',
    term: typeof status.term === 'number' ? status.term : 0,
  };
}
