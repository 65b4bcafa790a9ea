import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createJiti } from 'jiti';

import { CHECKERS, MODELS } from '../../checkers/registry.js';
import type { AnyModel } from '../../checkers/models/model.js';
import type { CheckerFactory } from '../../harness/contracts/checker.js';
import type { Runtime } from '../../harness/contracts/runtime.js';
import type { Nemesis } from '../../harness/contracts/nemesis.js';
import type { Target } from '../../harness/contracts/target.js';
import type { Workload } from '../../harness/contracts/workload.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { DockerOptions } from '../../runtimes/docker/cluster.js';
import { createDockerRuntime } from '../../runtimes/docker/runtime.js';
import type { VirtualClock } from '../../harness/environment/virtual.js';
import { createProcessRuntime } from '../../runtimes/process/runtime.js';
import { createSimulationRuntime } from '../../runtimes/simulation/runtime.js';
import { NEMESES } from '../../nemeses/registry.js';
import { consul } from '../../targets/consul/target.js';
import { etcd } from '../../targets/etcd/target.js';
import { HOST_KIT } from '../../nodes/host/host-kit.js';
import { raft } from '../../targets/raft/target.js';
import { zab } from '../../targets/zab/target.js';
import { zookeeper } from '../../targets/zookeeper/target.js';
import { WORKLOADS } from '../../workloads/registry.js';
import { UsageError } from './usage-error.js';

/** A runtime by name: made when a run begins, with the run's clock. */
export type RuntimeEntry = RealRuntimeEntry | VirtualRuntimeEntry;

interface RealRuntimeEntry {
  description: string;
  /** `options` matter to containers only. Throws where this machine lacks what the runtime needs. */
  create(clock: Clock, options: DockerOptions): Promise<Runtime>;
}

interface VirtualRuntimeEntry {
  description: string;
  /** @param keepsFiles whether what the nodes wrote goes into the run's folder */
  simulate(clock: VirtualClock, keepsFiles: boolean): Runtime;
}

/** Every name that the command line understands, and the object behind it. */
export interface Registries {
  targets: Readonly<Record<string, Target>>;
  workloads: Readonly<Record<string, Workload>>;
  nemeses: Readonly<Record<string, Nemesis>>;
  checkers: Readonly<Record<string, CheckerFactory>>;
  models: Readonly<Record<string, AnyModel>>;
  runtimes: Readonly<Record<string, RuntimeEntry>>;
}

const BUILT_IN = {
  targets: { raft, zab, etcd, zookeeper, consul },
  workloads: WORKLOADS,
  nemeses: NEMESES,
  checkers: CHECKERS,
  models: MODELS,
  runtimes: {
    process: {
      description: 'Nodes as child processes on loopback, every link through a proxy. No root.',
      create: (clock) => Promise.resolve(createProcessRuntime(clock)),
    },
    docker: {
      description: 'Nodes as containers of the Docker Engine; faults from a helper container.',
      create: createDockerRuntime,
    },
    simulation: {
      description: 'Our own nodes in one thread and in virtual time, all from the seed.',
      simulate: (clock, keepsFiles) =>
        createSimulationRuntime({ clock, hosts: HOST_KIT, keepsFiles }),
    },
  },
} satisfies Registries;

/** A user's own entries, from `schism.config.ts` (or `.js`, `.mjs`) in the working directory. */
const CONFIG_FILES = ['schism.config.ts', 'schism.config.js', 'schism.config.mjs'];

/** The built-in entries with the user's beside them; a user's entry may not replace a built-in one. */
export async function loadRegistries(directory: string): Promise<Registries> {
  const path = CONFIG_FILES.map((file) => join(directory, file)).find(existsSync);
  if (path === undefined) return BUILT_IN;
  return mergeRegistries(BUILT_IN, await readConfig(path), path);
}

async function readConfig(path: string): Promise<Partial<Registries>> {
  try {
    return await createJiti(import.meta.url).import<Partial<Registries>>(path, { default: true });
  } catch (error) {
    throw new UsageError(`${path} cannot be loaded: ${String(error)}`);
  }
}

/** Adds a configuration's entries room by room; throws a `UsageError` on a name taken or a room unknown. */
function mergeRegistries(
  builtIn: Registries,
  added: Partial<Registries>,
  path: string,
): Registries {
  const rooms = Object.keys(builtIn) as (keyof Registries)[];
  const stranger = Object.keys(added).find((room) => !rooms.includes(room as keyof Registries));
  if (stranger !== undefined) {
    throw new UsageError(`${path} adds to "${stranger}"; it can add to ${rooms.join(', ')}`);
  }
  const merged = rooms.map((room) => {
    const taken = Object.keys(added[room] ?? {}).find((name) => Object.hasOwn(builtIn[room], name));
    if (taken !== undefined) {
      throw new UsageError(`${path} adds "${taken}" to ${room}, but that name is taken`);
    }
    return [room, { ...builtIn[room], ...added[room] }];
  });
  return Object.fromEntries(merged) as unknown as Registries;
}
