import type { Cluster, ClusterNode, Crash } from '../contracts/cluster.js';
import type { Target } from '../contracts/target.js';
import type { Clock } from '../environment/environment.js';
import { failureLine } from '../text/failure-line.js';
import { formatSeconds } from '../text/time.js';
import { poll } from '../environment/poll.js';
import { startStopwatch } from '../environment/elapsed.js';

const POLL_MS = 50;
const STATUS_TIMEOUT_MS = 500;
const LOG_LINES = 15;

/** Nodes that did not come up in time: which, how long was waited, and what their logs say. */
class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
  readonly nodes: readonly string[];
  readonly elapsedMs: number;

  constructor(nodes: readonly string[], elapsedMs: number, logTail: string) {
    const who = nodes.length === 1 ? `Node ${nodes[0]} was` : `Nodes ${nodes.join(', ')} were`;
    super(
      `${who} not ready to serve within ${formatSeconds(elapsedMs)}. The end of ${nodes[0]}'s log:\n${logTail}`,
    );
    this.nodes = nodes;
    this.elapsedMs = elapsedMs;
  }
}

/** Nodes that ended by themselves, and will not become ready. */
class EndedError extends Error {
  override readonly name = 'EndedError';

  constructor(crashes: readonly Crash[]) {
    const names = [...new Set(crashes.map(({ node }) => node))].sort();
    const who = names.length === 1 ? 'Node' : 'Nodes';
    const ended = names.length === 1 ? 'ended by itself' : 'ended by themselves';
    const cause = failureLine(crashes[0].logTail) ?? 'the log is empty';
    super(`${who} ${names.join(', ')} ${ended}; ${crashes[0].node} says: ${cause}`);
  }
}

/** What to wait for, and for how long at most. */
export interface ReadinessWait {
  cluster: Cluster;
  target: Target;
  clock: Clock;
  timeoutMs: number;
  signal?: AbortSignal;
  /** Ends the wait early: a node that crashed will not become ready. */
  crashes: readonly Crash[];
  /** How many nodes will do; all of them where left out. */
  needed?: number;
}

/**
 * Resolves with the milliseconds it took until so many nodes say that they can serve; throws a `NotReadyError` when
 * the time is over, an `EndedError` when a node has crashed, and returns at once when aborted.
 */
export async function waitUntilReady(wait: ReadinessWait): Promise<number> {
  const { clock, cluster, crashes, signal } = wait;
  const elapsedMs = startStopwatch(clock);
  const dispensable = cluster.nodes.length - (wait.needed ?? cluster.nodes.length);
  const tookMs = await poll(clock, { everyMs: POLL_MS, signal }, async () => {
    const unready = await unreadyNodes(wait);
    if (unready.length <= dispensable || signal?.aborted) return elapsedMs();
    if (elapsedMs() > wait.timeoutMs || crashes.length > 0) {
      throw await notReady(wait, unready, elapsedMs());
    }
    return undefined;
  });
  return tookMs ?? elapsedMs();
}

async function notReady(
  { crashes }: ReadinessWait,
  unready: readonly ClusterNode[],
  elapsedMs: number,
): Promise<Error> {
  if (crashes.length > 0) return new EndedError(crashes);
  const names = unready.map((node) => node.name);
  return new NotReadyError(names, elapsedMs, await unready[0].logTail(LOG_LINES));
}

async function unreadyNodes({ cluster, target }: ReadinessWait): Promise<ClusterNode[]> {
  const states = await Promise.all(
    cluster.nodes.map(async (node) => {
      const status = await node.status(STATUS_TIMEOUT_MS);
      return status !== undefined && target.isReady(status);
    }),
  );
  return cluster.nodes.filter((_, index) => !states[index]);
}

/** The node that takes itself for the leader in the highest term; undefined where none does. */
export async function findLeader(cluster: Cluster, target: Target): Promise<string | undefined> {
  const claims = await Promise.all(
    cluster.nodes.map(async (node) => {
      const status = await node.status(STATUS_TIMEOUT_MS);
      const claim = status === undefined ? undefined : target.leadership?.(status);
      return claim?.isLeader ? { name: node.name, term: claim.term } : undefined;
    }),
  );
  return claims
    .filter((claim) => claim !== undefined)
    .sort((a, b) => b.term - a.term)
    .at(0)?.name;
}
