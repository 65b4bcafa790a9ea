import type { Capability } from '../../harness/contracts/cluster.js';
import type { HostKit } from '../../harness/contracts/program-host.js';
import type { ContainerOptions, Runtime } from '../../harness/contracts/runtime.js';
import type { ContainerPlan } from '../../harness/contracts/starts/container.js';
import type { Target } from '../../harness/contracts/target.js';
import type { Clock } from '../../harness/environment/environment.js';
import { detectCapabilities } from './capabilities.js';
import { DockerCluster } from './cluster/cluster.js';
import { connectEngine } from './engine/connection.js';
import { planProgram, refusesProgram } from './images/own-nodes.js';

/**
 * Nodes as containers of the Docker Engine that DOCKER_HOST names. Connects to it and tries which faults its
 * machine's kernel can give, so that `capabilities` are facts before anything starts. `clock` should be the
 * run's: crashes carry its time. `hosts` run programs; without them only images with commands can be started. Throws
 * a `DockerError`.
 */
export async function createDockerRuntime(
  clock: Clock,
  options: ContainerOptions = {},
  hosts?: HostKit,
): Promise<Runtime> {
  const engine = await connectEngine();
  const capabilities: ReadonlySet<Capability> = await detectCapabilities(engine);
  return {
    name: 'docker',
    description: `Nodes are containers of Docker ${engine.version}; faults come from a helper container.`,
    capabilities,
    refuses: (target) => {
      const { container, program } = target.starts;
      if (container !== undefined) return undefined;
      if (program !== undefined && hosts !== undefined) return refusesProgram(program);
      return `Target ${target.name} says nothing about how to run it in containers.`;
    },
    createCluster: (spec, log) => {
      const plan = planOf(spec.target, hosts);
      if (plan === undefined) throw new Error(`No way to run ${spec.target.name} in containers.`);
      return DockerCluster.create({ engine, clock, plan, options, capabilities, spec, log });
    },
  };
}

function planOf({ starts }: Target, hosts: HostKit | undefined): ContainerPlan | undefined {
  const { container, program } = starts;
  if (container !== undefined || program === undefined || hosts === undefined) return container;
  return planProgram(program, hosts);
}
