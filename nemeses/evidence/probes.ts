import type { ClusterNode, Link, NodeState } from '../../harness/contracts/cluster.js';
import type { Evidence, NemesisContext } from '../../harness/contracts/nemesis.js';
import { poll } from '../../harness/environment/poll.js';
import type { Return, Sighting } from '../victims/victims.js';

/** What is cut never arrives: waiting longer would show nothing more. */
export const CUT_PROBE_MS = 300;
/** What is open arrives at once, but on a loaded machine that may be late. */
export const OPEN_PROBE_MS = 3_000;
/** How long a node may take to answer again after a restart or a pause. */
const ANSWER_LIMIT_MS = 10_000;
const STATUS_TIMEOUT_MS = 300;
const POLL_MS = 25;
/** So many links are named in an observation. */
const LINKS_NAMED = 3;

/** The links that can be measured: a node that is down or paused answers no probe, cut or not. */
export function probeable(links: readonly Link[], { cluster }: NemesisContext): Link[] {
  const running = new Set(
    cluster.nodes.filter((node) => node.state === 'running').map((node) => node.name),
  );
  return links.filter(({ from, to }) => running.has(from) && running.has(to));
}

/** All these links by whether something passes them, measured at the same time. */
export async function probeAll(
  links: readonly Link[],
  timeoutMs: number,
  { cluster }: NemesisContext,
): Promise<{ passing: Link[]; blocked: Link[] }> {
  const passed = await Promise.all(links.map((link) => cluster.network.probe(link, timeoutMs)));
  return {
    passing: links.filter((_, index) => passed[index]),
    blocked: links.filter((_, index) => !passed[index]),
  };
}

/** `n1 to n2, n1 to n3 and 4 more`. */
export function nameLinks(links: readonly Link[]): string {
  const named = links.slice(0, LINKS_NAMED).map(({ from, to }) => `${from} to ${to}`);
  const more = links.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ');
}

/** Whether it answers when it is asked from the side. */
export async function answers(node: ClusterNode): Promise<boolean> {
  return (await node.status(STATUS_TIMEOUT_MS)) !== undefined;
}

/** What is seen of nodes that a fault has brought into this state: they answer no more. */
export function observeSilence(
  nodes: readonly ClusterNode[],
  state: Extract<NodeState, 'stopped' | 'paused'>,
): Promise<Sighting[]> {
  const seen = state === 'stopped' ? 'seen gone' : 'seen stopped';
  return Promise.all(
    nodes.map(async (node) => {
      const isSilent = node.state === state && !(await answers(node));
      const told = isSilent ? `${seen}, answers no more` : `${node.state}, still answers`;
      return { tookEffect: isSilent, observation: `${node.name}: ${told}` };
    }),
  );
}

/** The milliseconds until it answers from the side; undefined where it ends, or does not within ten seconds. */
async function msUntilAnswer(
  node: ClusterNode,
  { clock }: NemesisContext,
): Promise<number | undefined> {
  const options = { everyMs: POLL_MS, limitMs: ANSWER_LIMIT_MS };
  const seen = await poll(clock, options, async (elapsedMs) => {
    if (node.state === 'crashed') return {};
    return (await answers(node)) ? { tookMs: elapsedMs() } : undefined;
  });
  return seen?.tookMs;
}

/** The sentence for a node that should answer again, and whether it does. */
export async function observeReturn(
  node: ClusterNode,
  what: string,
  context: NemesisContext,
): Promise<Return> {
  const tookMs = await msUntilAnswer(node, context);
  const back = tookMs !== undefined;
  const silence =
    node.state === 'crashed' ? 'ended' : `gives no answer within ${ANSWER_LIMIT_MS} ms`;
  const answer = back ? `answers after ${Math.round(tookMs)} ms` : silence;
  return { back, observation: `${node.name}: ${what}, ${answer}` };
}

/** What two parts of a fault, or of its healing, come to together. */
export function both(one: Evidence, other: Evidence): Evidence {
  const observations = [...one.observations, ...other.observations];
  return { tookEffect: one.tookEffect && other.tookEffect, observations };
}
