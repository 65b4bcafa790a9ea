import { tryFaults } from './capabilities.js';
import { findLeftovers } from './clean.js';
import { connectEngine, type Engine } from './engine/connection.js';
import { DockerError } from './engine/errors.js';
import { findOrphans } from '../common/orphans.js';
import { listImages } from './images/inspect.js';

/** One thing that was looked at. */
export interface Finding {
  what: string;
  ok: boolean;
  /** What was seen. */
  detail: string;
  /** What would change that; absent where all is well. */
  fix?: string;
}

/** What this machine can do, tried for real. Never throws: what cannot be tried is a finding. */
export async function doctor(environment: NodeJS.ProcessEnv = process.env): Promise<Finding[]> {
  const processes = lookAtProcesses();
  let engine: Engine;
  try {
    engine = await connectEngine(environment);
  } catch (error) {
    return [failed('Docker Engine', error), processes];
  }
  // One after the other: the trials' own container is no leftover.
  const images = await attempt('images', () => lookAtImages(engine));
  const faults = await attempt('faults', () => lookAtFaults(engine));
  const leftovers = await attempt('leftovers in Docker', () => lookAtLeftovers(engine));
  return [describeEngine(engine), ...images, ...faults, ...leftovers, processes];
}

async function attempt(what: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [failed(what, error)];
  }
}

function failed(what: string, error: unknown): Finding {
  if (!(error instanceof DockerError)) return { what, ok: false, detail: String(error) };
  return { what, ok: false, detail: error.detail, fix: error.advice };
}

function describeEngine(engine: Engine): Finding {
  const { version, address, cpus, memoryBytes, kernel, publishedHost } = engine;
  const memory = `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  const way = publishedHost === undefined ? 'reached directly' : `reached at ${publishedHost}`;
  const detail = `${version} at ${address}, ${cpus} CPUs, ${memory}, Linux ${kernel}, nodes are ${way}`;
  return { what: 'Docker Engine', ok: true, detail };
}

async function lookAtImages(engine: Engine): Promise<Finding[]> {
  return (await listImages(engine)).map(({ tag, name, state, bytes = 0 }) => ({
    what: `image ${tag}`,
    ok: state === 'present',
    detail: state === 'missing' ? state : `${state}, ${Math.round(bytes / 1e6)} MB`,
    ...(state !== 'present' && { fix: `npx schism images build ${name}` }),
  }));
}

async function lookAtFaults(engine: Engine): Promise<Finding[]> {
  const always = { what: 'faults kill, pause', ok: true, detail: 'by the engine itself' };
  const tried = (await tryFaults(engine)).map(({ capabilities, what, ok, detail, fix }) => ({
    what: `faults ${capabilities.join(', ')}`,
    ok,
    detail: ok ? `${what} works` : `${what}: ${detail}`,
    ...(!ok && { fix }),
  }));
  return [always, ...tried];
}

async function lookAtLeftovers(engine: Engine): Promise<Finding[]> {
  const leftovers = await findLeftovers(engine);
  const stale = leftovers.filter(({ state }) => state === 'stale');
  const others = leftovers.filter(({ state }) => state !== 'stale');
  const detail = [
    stale.length === 0 ? 'none of a dead controller' : `${describe(stale)}, of dead controllers`,
    ...others.map((each) => `${describe([each])} ${each.state}`),
  ].join('; ');
  const fix = stale.length > 0 ? { fix: 'npx schism clean' } : {};
  return [{ what: 'leftovers in Docker', ok: stale.length === 0, detail, ...fix }];
}

function describe(leftovers: readonly { runId: string; things: readonly string[] }[]): string {
  return leftovers.map(({ runId, things }) => `run ${runId} (${things.length} things)`).join(', ');
}

function lookAtProcesses(): Finding {
  const what = 'leftover processes';
  const orphans = findOrphans();
  if (orphans.length === 0) return { what, ok: true, detail: 'none' };
  const detail = orphans.map(({ pid, command }) => `${pid} ${command}`).join('; ');
  return { what, ok: false, detail, fix: 'npx schism clean' };
}
