import type { ClusterNode, Stop } from '../harness/contracts/cluster.js';
import type { CarriedFault, NemesisContext, PlannedFault } from '../harness/contracts/nemesis.js';
import type { Chosen } from './roles.js';

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
}

/** What is done in a node's turn, on the way from one life to the next. */
export interface TurnSteps {
  /** While the node is down. */
  whileDown?(node: ClusterNode): Promise<void>;
}

/** Stops a node in its own way and starts it again; waits until it serves. Never throws. */
export async function restartNode(
  node: ClusterNode,
  context: NemesisContext,
  { whileDown }: TurnSteps = {},
): Promise<Turn> {
  const { clock } = context;
  const start = clock.now();
  const sinceMs = (): number => Math.round((clock.now() - start) / 1e6);
  let said = '';
  try {
    const before = await node.incarnation();
    const stop = await node.stop(STOP_LIMIT_MS);
    said = describeStop(stop);
    await whileDown?.(node);
    await node.start();
    const after = await node.incarnation();
    said += `; ${before ?? 'down'} before, ${after ?? 'down'} now`;
    const serves = await untilServing(node, context);
    const done = serves && before !== undefined && after !== undefined && before !== after;
    const end = serves
      ? `down for ${sinceMs()} ms until it served`
      : `did not serve for ${sinceMs()} ms`;
    return { done, observation: `${node.name}: ${said}; ${end}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      done: false,
      observation: `${node.name}: ${[said, reason].filter(Boolean).join('; ')}`,
    };
  }
}

/**
 * One node after the other, as long as the load goes on and `mayGoOn` allows it. The carried fault is of the nodes
 * whose turn came; it bit where there are some and each turn was done.
 */
export async function roll(
  { fault, variant, parameters }: PlannedFault,
  { nodes, notes }: Chosen,
  context: NemesisContext,
  turnOf: (node: ClusterNode) => Promise<Turn>,
  mayGoOn: (turn: Turn) => boolean = () => true,
): Promise<CarriedFault> {
  const turns: Turn[] = [];
  for (const node of nodes) {
    const last = turns.at(-1);
    const isOver = context.loadOver?.aborted === true && last !== undefined;
    if (isOver || (last !== undefined && !mayGoOn(last))) break;
    turns.push(await turnOf(node));
  }
  const names = nodes.slice(0, turns.length).map(({ name }) => name);
  const left = nodes.slice(turns.length).map(({ name }) => name);
  const rest = left.length > 0 ? [`not the turn of ${left.join(', ')} any more`] : [];
  const observations = [...notes, ...turns.map(({ observation }) => observation), ...rest];
  return {
    fault,
    variant,
    nodes: names,
    parameters: { ...parameters, nodes: names },
    evidence: { bit: turns.length > 0 && turns.every(({ done }) => done), observations },
  };
}

/** Whether the node serves within its time, by its own word. */
export async function untilServing(
  node: ClusterNode,
  { clock, target }: NemesisContext,
): Promise<boolean> {
  const start = clock.now();
  while ((clock.now() - start) / 1e6 < SERVE_LIMIT_MS) {
    const status = await node.status(STATUS_TIMEOUT_MS);
    if (status !== undefined && target.isReady(status)) return true;
    await clock.sleep(POLL_MS);
  }
  return false;
}

function describeStop({ tookMs, killed, exitCode, signal }: Stop): string {
  const took = `${Math.round(tookMs)} ms`;
  if (killed) return `asked to end and killed after ${took}`;
  const how = signal === null ? `exit code ${exitCode ?? 'unknown'}` : signal;
  return `asked to end and gone after ${took} (${how})`;
}
