import type { ClusterNode, Stop } from '../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../harness/contracts/nemesis.js';
import { NodeError } from '../../harness/contracts/node-error.js';
import { poll } from '../../harness/environment/poll.js';
import { startStopwatch } from '../../harness/environment/elapsed.js';
import { lastWords } from '../evidence/last-words.js';
import type { Sighting } from '../victims/victims.js';

/** A node that does not end within this is killed, as an operator's tools would do it. */
const STOP_LIMIT_MS = 5_000;
/** The next node's turn comes when this one serves again, or so long after its start. */
const SERVE_LIMIT_MS = 15_000;
const STATUS_TIMEOUT_MS = 300;
const POLL_MS = 25;

/** What became of a node whose turn it was. */
export interface Turn {
  /** Its old life ended, it has another one, and it serves. */
  done: boolean;
  observation: string;
  /** Why it does not serve, where it does not. */
  failure?: string;
}

/** What is done in a node's turn, on the way from one life to the next. */
export interface TurnSteps {
  whileDown?(node: ClusterNode): Promise<void>;
}

/** Stops a node in its own way and starts it again; waits until it serves. Never throws. */
export async function restartNode(
  node: ClusterNode,
  context: NemesisContext,
  { whileDown }: TurnSteps = {},
): Promise<Turn> {
  const elapsedMs = startStopwatch(context.clock);
  const told: string[] = [];
  const observation = (end: string): string => `${node.name}: ${[...told, end].join('; ')}`;
  try {
    const before = await node.process.incarnation();
    told.push(describeStop(await node.process.stop(STOP_LIMIT_MS)));
    await whileDown?.(node);
    await node.process.start();
    const after = await node.process.incarnation();
    told.push(`${before ?? 'down'} before, ${after ?? 'down'} now`);
    const serves = await untilServing(node, context);
    const tookMs = Math.round(elapsedMs());
    const isAnother = before !== undefined && after !== undefined && before !== after;
    const end = serves ? `down for ${tookMs} ms until it served` : await whyNotServing(node);
    return {
      done: serves && isAnother,
      observation: observation(end),
      ...(!serves && { failure: end }),
    };
  } catch (error) {
    const failure = await describeFailure(node, error);
    return { done: false, observation: observation(failure), failure };
  }
}

/** The nodes whose turn came, what was seen of each, and which were left. */
export interface Rolled {
  nodes: readonly ClusterNode[];
  seen: readonly Sighting[];
  afterwards: readonly string[];
}

/** One node after the other, as long as the load goes on and `mayGoOn` allows it. */
export async function roll(
  nodes: readonly ClusterNode[],
  { loadOver }: NemesisContext,
  turnOf: (node: ClusterNode) => Promise<Turn>,
  mayGoOn: (turn: Turn) => boolean = () => true,
): Promise<Rolled> {
  const turns: Turn[] = [];
  for (const node of nodes) {
    const last = turns.at(-1);
    const isOver = loadOver?.aborted === true && last !== undefined;
    if (isOver || (last !== undefined && !mayGoOn(last))) break;
    turns.push(await turnOf(node));
  }
  const left = nodes.slice(turns.length).map(({ name }) => name);
  return {
    nodes: nodes.slice(0, turns.length),
    seen: turns.map(({ done, observation }) => ({ tookEffect: done, observation })),
    afterwards: left.length > 0 ? [`not the turn of ${left.join(', ')} any more`] : [],
  };
}

/** Whether the node serves within its time, by its own word. */
export async function untilServing(
  node: ClusterNode,
  { clock, target }: NemesisContext,
): Promise<boolean> {
  const serves = await poll(clock, { everyMs: POLL_MS, limitMs: SERVE_LIMIT_MS }, async () => {
    if (node.state !== 'running') return false;
    const status = await node.status(STATUS_TIMEOUT_MS);
    return (status !== undefined && target.isReady(status)) || undefined;
  });
  return serves ?? false;
}

function describeStop({ tookMs, killed, exitCode, signal }: Stop): string {
  const took = `${Math.round(tookMs)} ms`;
  if (killed) return `asked to end and killed after ${took}`;
  const how = signal === null ? `exit code ${exitCode ?? 'unknown'}` : signal;
  return `asked to end and gone after ${took} (${how})`;
}

async function whyNotServing(node: ClusterNode): Promise<string> {
  if (node.state === 'running') return `did not serve within ${SERVE_LIMIT_MS} ms`;
  return `ended again${await lastWords(node)}`;
}

/** A failed start as facts: its log is in the run's folder. */
export async function describeFailure(node: ClusterNode, error: unknown): Promise<string> {
  if (!(error instanceof NodeError)) return error instanceof Error ? error.message : String(error);
  const { problem, exitCode } = error.facts;
  const code = typeof exitCode === 'number' ? ` with exit code ${exitCode}` : '';
  return `${problem}${code}${await lastWords(node)}`;
}
