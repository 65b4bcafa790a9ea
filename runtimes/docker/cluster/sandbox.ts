import type { ContainerCreateOptions } from 'dockerode';
import type { Engine } from '../engine/connection.js';
import { explain } from '../engine/errors.js';
import { helperTag } from '../images/recipes.js';

/** A network namespace with an address, held by a container that does nothing else. */
export interface Sandbox {
  /** Of the node. */
  name: string;
  id: string;
  address: string;
  /** Where its network ends and the host begins. */
  gateway: string;
  /** A process in the namespace, as the host counts. */
  pid: number;
  /** The engine's host's port for each port inside; empty where containers are reached directly. */
  published: ReadonlyMap<number, number>;
}

/** What a sandbox is made with. */
export interface SandboxOptions {
  /** Of the node. */
  name: string;
  container: string;
  network: string;
  labels: Record<string, string>;
  ports: readonly number[];
}

/**
 * As Kubernetes' pods have it: the node's own container joins this one's namespace. A node that is killed loses
 * its sockets, but neither its address nor its links' faults, and comes back faster. Throws a `DockerError`.
 */
export async function startSandbox(engine: Engine, options: SandboxOptions): Promise<Sandbox> {
  const ports = engine.publishedHost === undefined ? [] : options.ports;
  try {
    const container = await engine.docker.createContainer(describeContainer(options, ports));
    await container.start();
    const { State, NetworkSettings } = await container.inspect();
    const [endpoint] = Object.values(NetworkSettings.Networks);
    const bindings = ports.map((port): [number, number] => {
      const [binding] = NetworkSettings.Ports[`${port}/tcp`] ?? [];
      return [port, Number(binding.HostPort)];
    });
    return {
      name: options.name,
      id: container.id,
      address: endpoint.IPAddress,
      gateway: endpoint.Gateway,
      pid: State.Pid,
      published: new Map(bindings),
    };
  } catch (error) {
    throw explain(error, `prepare the network of node ${options.name}`);
  }
}

function describeContainer(
  { name, container, network, labels }: SandboxOptions,
  ports: readonly number[],
): ContainerCreateOptions {
  return {
    name: container,
    Hostname: name,
    Image: helperTag,
    Entrypoint: ['sleep', 'infinity'],
    Labels: labels,
    ExposedPorts: Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}])),
    HostConfig: {
      NetworkMode: network,
      PortBindings: Object.fromEntries(ports.map((port) => [`${port}/tcp`, [{ HostPort: '' }]])),
    },
  };
}
