import type { Clock } from '../../harness/environment/environment.js';
import { findOrphans } from '../common/orphans.js';
import { signalGroup } from '../common/process-table.js';
import type { Engine } from './engine/connection.js';
import { explain } from './engine/errors.js';
import { LABELS, livenessOf, parseController } from './engine/labels.js';
import { listLabelled, removeLabelled } from './engine/removal.js';

/** What one run made and left, and what is to become of it. */
export interface Leftover {
  runId: string;
  /** The label of who started it. */
  controller: string;
  /** `container schism-7f3a-n1`, … */
  things: readonly string[];
  /** `stale`: its controller is dead, and nobody asked for it to stay. */
  state: 'stale' | 'in use' | 'kept' | 'of another host';
}

/** Everything that runs have made on this engine and that is still there. Throws a `DockerError`. */
export async function findLeftovers(engine: Engine): Promise<Leftover[]> {
  const things = await listLabelled(engine, [LABELS.run]).catch((error: unknown) => {
    throw explain(error, 'look for what runs have left');
  });
  const groups = new Map<string, Leftover & { things: string[] }>();
  for (const { name, labels } of things) {
    const runId = labels[LABELS.run];
    const controller = labels[LABELS.controller] ?? '';
    const key = JSON.stringify([runId, controller]);
    const state = stateOf(controller, labels[LABELS.keep] !== undefined);
    const group = groups.get(key) ?? { runId, controller, things: [], state };
    group.things.push(name);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function stateOf(label: string, keep: boolean): Leftover['state'] {
  const controller = parseController(label);
  const liveness = controller === undefined ? 'unknown' : livenessOf(controller);
  if (liveness === 'alive') return 'in use';
  if (liveness === 'unknown') return 'of another host';
  return keep ? 'kept' : 'stale';
}

/** What `clean` did. */
export interface Cleaned {
  /** Run by run, what was removed of it. */
  removed: readonly Pick<Leftover, 'runId' | 'things'>[];
  /** Processes that were ended, each with its command. */
  ended: readonly string[];
  /** What it left, and why. */
  left: readonly Leftover[];
}

/**
 * Removes what dead controllers left: containers, networks and volumes, and with no run named also processes of
 * nodes. With `run`, all of that run, also where it was kept or comes from another host; never what is in use.
 * Without an engine (undefined) only processes are looked for. Throws a `DockerError`.
 */
export async function clean(
  engine: Engine | undefined,
  clock: Clock,
  options: { run?: string } = {},
): Promise<Cleaned> {
  const { run } = options;
  const ended = run === undefined ? endOrphans() : [];
  const removed: Cleaned['removed'][number][] = [];
  const left: Leftover[] = [];
  for (const leftover of engine === undefined ? [] : await findLeftovers(engine)) {
    const { runId, controller, state } = leftover;
    const wanted = run === undefined ? state === 'stale' : runId === run && state !== 'in use';
    if (!wanted || engine === undefined) {
      if (run === undefined || runId === run) left.push(leftover);
      continue;
    }
    const labels = [`${LABELS.run}=${runId}`, `${LABELS.controller}=${controller}`];
    removed.push({ runId, things: await removeLabelled(engine, clock, labels) });
  }
  return { removed, ended, left };
}

/** A stopped process, too, ends by SIGKILL. */
function endOrphans(): string[] {
  return findOrphans().map(({ pid, command }) => {
    signalGroup(pid, 'SIGKILL');
    return `process ${pid} (${command})`;
  });
}
