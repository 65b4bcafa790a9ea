import { CHECKERS, MODELS } from '../../checkers/registry.js';
import type { AnyModel } from '../../checkers/models/model.js';
import type { CheckerFactory } from '../../harness/contracts/checker.js';
import type { ContainerOptions, Runtime } from '../../harness/contracts/runtime.js';
import type { Nemesis } from '../../harness/contracts/nemesis.js';
import type { Target } from '../../harness/contracts/target.js';
import type { Workload } from '../../harness/contracts/workload.js';
import type { Clock } from '../../harness/environment/environment.js';
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
import type { DefinitionOrigin } from '../../harness/run/spec.js';
import { loadModule } from './load-module.js';
import { UsageError } from './usage-error.js';

/** A runtime by name: made when a run begins, with the run's clock. */
export type RuntimeEntry = RealRuntimeEntry | VirtualRuntimeEntry;

interface RealRuntimeEntry {
  description: string;
  /** `options` matter to containers only. Throws where this machine lacks what the runtime needs. */
  create(clock: Clock, options: ContainerOptions): Promise<Runtime>;
}

interface VirtualRuntimeEntry {
  description: string;
  /** @param keepsFiles whether what the nodes wrote goes into the run's folder */
  simulate(clock: VirtualClock, keepsFiles: boolean): Runtime;
}

/** What can be named, and the object behind each name. */
export interface Definitions {
  targets: Readonly<Record<string, Target>>;
  workloads: Readonly<Record<string, Workload>>;
  nemeses: Readonly<Record<string, Nemesis>>;
  checkers: Readonly<Record<string, CheckerFactory>>;
  models: Readonly<Record<string, AnyModel>>;
  runtimes: Readonly<Record<string, RuntimeEntry>>;
}

export type DefinitionKind = keyof Definitions;

/** Every name that is known, with where those come from that are not built in. */
export interface Registries extends Definitions {
  origins: readonly DefinitionOrigin[];
}

const DEFINITIONS = {
  targets: { raft, zab, etcd, zookeeper, consul },
  workloads: WORKLOADS,
  nemeses: NEMESES,
  checkers: CHECKERS,
  models: MODELS,
  runtimes: {
    process: {
      description: 'Nodes as child processes on loopback, every link through a proxy. No root.',
      create: (clock) => Promise.resolve(createProcessRuntime(clock, HOST_KIT)),
    },
    docker: {
      description: 'Nodes as containers of the Docker Engine; faults from a helper container.',
      create: (clock, options) => createDockerRuntime(clock, options, HOST_KIT),
    },
    simulation: {
      description: 'Our own nodes in one thread and in virtual time, all from the seed.',
      simulate: (clock, keepsFiles) =>
        createSimulationRuntime({
          clock,
          hosts: HOST_KIT,
          keepsFiles,
          importModule: loadModule,
        }),
    },
  },
} satisfies Definitions;

export const DEFINITION_KINDS = Object.keys(DEFINITIONS) as DefinitionKind[];

export const BUILT_IN: Registries = { ...DEFINITIONS, origins: [] };

/** Adds definitions kind by kind. Throws a `UsageError` on a name that is taken, in the words of `source`. */
export function addDefinitions(
  registries: Registries,
  added: Partial<Definitions>,
  module: string | null,
  source: string,
): Registries {
  const kinds = DEFINITION_KINDS.filter((kind) => added[kind] !== undefined);
  const merged = kinds.map((kind) => {
    const entries: Readonly<Record<string, unknown>> = added[kind] ?? {};
    const known: Readonly<Record<string, unknown>> = registries[kind];
    const taken = Object.keys(entries).find(
      (name) => Object.hasOwn(known, name) && known[name] !== entries[name],
    );
    if (taken !== undefined) {
      throw new UsageError(`${source} adds "${taken}" to ${kind}, but that name is taken`);
    }
    return [kind, { ...known, ...entries }];
  });
  const origins = kinds.flatMap((kind) =>
    Object.keys(added[kind] ?? {})
      .filter((name) => !Object.hasOwn(registries[kind], name))
      .map((name): DefinitionOrigin => ({ kind, name, module })),
  );
  return {
    ...registries,
    ...Object.fromEntries(merged),
    origins: [...registries.origins, ...origins],
  };
}
