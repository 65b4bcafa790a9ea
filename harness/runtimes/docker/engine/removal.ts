import type { Clock } from '../../../environment/environment.js';
import type { Engine } from './connection.js';
import { DockerError, explain, isGone } from './errors.js';

/** An engine that is just restarting is given this long to come back: what is left would stay. */
const PATIENCE_MS = 20_000;
const RETRY_MS = 500;

/** What was removed, by kind and name: `container schism-7f3a-n1`. */
export type Removed = string[];

/**
 * Removes every container, network and volume with this label, in this order, and looks again until there is
 * none. What is gone already counts as removed. Throws a `DockerError` that names what would not go.
 */
export async function removeLabelled(
  engine: Engine,
  clock: Clock,
  { label }: { label: string },
): Promise<Removed> {
  const removed: Removed = [];
  const end = clock.now() + PATIENCE_MS * 1e6;
  for (;;) {
    let problem: DockerError;
    try {
      const left = await removeOnce(engine, label, removed);
      if (left.length === 0) return removed;
      problem = new DockerError('engine', 'remove what the run made', left.join('; '));
    } catch (error) {
      problem = explain(error, 'remove what the run made');
      if (problem.code === 'no-permission') throw problem;
    }
    if (clock.now() > end) throw problem;
    await clock.sleep(RETRY_MS);
  }
}

interface Thing {
  name: string;
  remove(): Promise<unknown>;
}

/** One round; what would not go, each with the reason. */
async function removeOnce(engine: Engine, label: string, removed: Removed): Promise<string[]> {
  const left: string[] = [];
  // A network goes when its containers are gone, and a volume likewise.
  for (const list of [listContainers, listNetworks, listVolumes]) {
    const things = await list(engine, label);
    await Promise.all(
      things.map(async ({ name, remove }) => {
        try {
          await remove();
        } catch (error) {
          if (!isGone(error)) {
            left.push(`${name}: ${explain(error, 'remove').detail}`);
            return;
          }
        }
        if (!removed.includes(name)) removed.push(name);
      }),
    );
  }
  return left;
}

async function listContainers({ docker }: Engine, label: string): Promise<Thing[]> {
  const found = await docker.listContainers({ all: true, filters: { label: [label] } });
  return found.map(({ Id, Names }) => ({
    name: `container ${(Names[0] ?? Id).replace(/^\//, '')}`,
    remove: () => docker.getContainer(Id).remove({ force: true, v: true }),
  }));
}

async function listNetworks({ docker }: Engine, label: string): Promise<Thing[]> {
  const found = await docker.listNetworks({ filters: { label: [label] } });
  return found.map(({ Id, Name }) => ({
    name: `network ${Name}`,
    remove: () => docker.getNetwork(Id).remove(),
  }));
}

async function listVolumes({ docker }: Engine, label: string): Promise<Thing[]> {
  // The engine answers null where there is none.
  const { Volumes } = await docker.listVolumes({ filters: JSON.stringify({ label: [label] }) });
  return (Volumes ?? []).map(({ Name }) => ({
    name: `volume ${Name}`,
    remove: () => docker.getVolume(Name).remove(),
  }));
}
