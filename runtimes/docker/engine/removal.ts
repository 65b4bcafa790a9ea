import type { Clock } from '../../../harness/environment/environment.js';
import { poll } from '../../../harness/environment/poll.js';
import type { Engine } from './connection.js';
import { DockerError, explain, isGone } from './errors.js';

/** An engine that is just restarting is given this long to come back: what is left would stay. */
const PATIENCE_MS = 20_000;
const RETRY_MS = 500;

/** A container, network or volume that a run made. */
export interface Labelled {
  /** By kind and name: `container schism-7f3a-n1`. */
  name: string;
  labels: Readonly<Record<string, string>>;
  remove(): Promise<unknown>;
}

/**
 * Removes every container, network and volume with all these labels (`name=value`), and looks again until there
 * is none; answers the names of what it removed. Throws a `DockerError` that names what would not go.
 */
export async function removeLabelled(
  engine: Engine,
  clock: Clock,
  labels: readonly string[],
): Promise<string[]> {
  const removed = new Set<string>();
  return poll(clock, { everyMs: RETRY_MS }, async (elapsedMs) => {
    let problem: DockerError;
    try {
      const left = await removeOnce(engine, labels, removed);
      if (left.length === 0) return [...removed];
      problem = new DockerError('engine', 'remove what the run made', left.join('; '));
    } catch (error) {
      problem = explain(error, 'remove what the run made');
      if (problem.code === 'no-permission') throw problem;
    }
    if (elapsedMs() > PATIENCE_MS) throw lastWord(problem);
    return undefined;
  });
}

/** An engine that was there and is gone has left the run's things behind: that must be said. */
function lastWord(problem: DockerError): DockerError {
  if (problem.code !== 'no-engine') return problem;
  return new DockerError('engine-lost', problem.doing, problem.detail);
}

/** Everything with all these labels. Throws what dockerode throws. */
export async function listLabelled(engine: Engine, labels: readonly string[]): Promise<Labelled[]> {
  return (await Promise.all(kinds.map((list) => list(engine, [...labels])))).flat();
}

/** One round; what would not go, each with the reason. */
async function removeOnce(
  engine: Engine,
  labels: readonly string[],
  removed: Set<string>,
): Promise<string[]> {
  const left: string[] = [];
  for (const list of kinds) {
    const things = await list(engine, [...labels]);
    await Promise.all(
      things.map(async ({ name, remove }) => {
        const problem = await remove().catch((error: unknown) => error);
        if (problem instanceof Error && !isGone(problem)) {
          left.push(`${name}: ${explain(problem, 'remove').detail}`);
        } else {
          removed.add(name);
        }
      }),
    );
  }
  return left;
}

/** In the order in which they must go: networks and volumes are in use while their containers are there. */
const kinds: readonly ((engine: Engine, label: string[]) => Promise<Labelled[]>)[] = [
  async ({ docker }, label) => {
    const found = await docker.listContainers({ all: true, filters: { label } });
    return found.map(({ Id, Names, Labels }) => ({
      name: `container ${(Names[0] ?? Id).replace(/^\//, '')}`,
      labels: Labels,
      remove: () => docker.getContainer(Id).remove({ force: true, v: true }),
    }));
  },
  async ({ docker }, label) => {
    const found = await docker.listNetworks({ filters: { label } });
    return found.map(({ Id, Name, Labels }) => ({
      name: `network ${Name}`,
      labels: Labels ?? {},
      remove: () => docker.getNetwork(Id).remove(),
    }));
  },
  async ({ docker }, label) => {
    // The engine answers null where there is none.
    const { Volumes } = await docker.listVolumes({ filters: JSON.stringify({ label }) });
    return (Volumes ?? []).map(({ Name, Labels }) => ({
      name: `volume ${Name}`,
      labels: Labels ?? {},
      remove: () => docker.getVolume(Name).remove(),
    }));
  },
];
