import { classifyError, type Completion } from '../contracts/client.js';
import type { Generator } from '../contracts/generator.js';
import { limit, stagger, timeLimit } from '../generators/combinators.js';
import { createLoadCounters } from '../scheduler/counters.js';
import type { ConnectedClient } from '../scheduler/worker.js';
import { runLoad } from '../scheduler/scheduler.js';
import { completeSettings } from './parts.js';
import type { RunState } from './state.js';

/** Clients and faults side by side, until the time is over or somebody stops it. */
export async function applyLoad(run: RunState): Promise<void> {
  const { spec, workload } = run.parts;
  const overFaults = new AbortController();
  const signal = AbortSignal.any([overFaults.signal, run.loadStopped]);
  // Caught where it happens: faults may fail long before the load is over, and nobody would hear of it till then.
  const faults = run.faults?.run(signal).catch((error: unknown) => run.failLoad(error));
  try {
    const load = timeLimit(spec.timeMs, stagger(spec.rate, workload.load));
    await drive(run, limit(spec.operations ?? Infinity, load), 'load', spec.concurrency);
  } finally {
    overFaults.abort();
    await faults;
  }
}

/** Where there are more nodes than clients, a node that nobody asks could have anything in it. */
export async function finalOperations(run: RunState): Promise<void> {
  const { spec, workload } = run.parts;
  const clients = Math.max(spec.concurrency, spec.nodes);
  if (!run.loadStopped.aborted) await drive(run, workload.final, 'final', clients);
}

async function drive(
  run: RunState,
  generator: Generator,
  stream: string,
  concurrency: number,
): Promise<void> {
  const { spec, target, operations, environment, observer } = run.parts;
  const counters = createLoadCounters();
  observer.counters(counters);
  const { nextProcess } = await runLoad({
    generator,
    concurrency,
    clients: clientsOf(run),
    recorder: run.recorder,
    clock: environment.clock,
    random: environment.random.fork(stream),
    operationTimeoutMs: spec.operationTimeoutMs,
    classify: (error, f): Completion =>
      classifyError(error, target.errors, !operations.hasEffects(f)),
    counters,
    signal: run.loadStopped,
    firstProcess: run.firstProcess,
    onEvent: (event) => run.parts.onEvent?.(event),
  });
  run.firstProcess = nextProcess;
}

/**
 * Thread t is a client of node t mod the number of nodes. One that takes another's place has a stream of its own, or it
 * would draw again what that one has drawn.
 */
function clientsOf(run: RunState): (thread: number) => ConnectedClient {
  const { spec, target, environment } = run.parts;
  const { clock } = environment;
  const settings = completeSettings(target, spec.settings);
  const { nodes } = run.requireCluster();
  const streams = environment.random.fork('clients');
  const made = new Map<number, number>();
  return (thread) => {
    const node = nodes[thread % nodes.length];
    const count = made.get(thread) ?? 0;
    made.set(thread, count + 1);
    const random = streams.fork(`thread ${thread}`).fork(String(count));
    const client = target.createClient({ node, nodes, clock, random, settings });
    return { client, node: node.name };
  };
}
