import type Docker from 'dockerode';
import type { ContainerPlan, ContainerSetup } from '../../../harness/contracts/starts/container.js';
import type { ContainerOptions } from '../../../harness/contracts/runtime.js';
import type { Engine } from '../engine/connection.js';
import { explain } from '../engine/errors.js';
import { packFiles, unpackInto } from '../engine/tar.js';
import { helperTag } from '../images/recipes.js';
import { ContainerLimiter } from './limits.js';
import type { ChosenImage } from '../images/target-image.js';

const DEFAULT_MEMORY_MIB = 512;
const LOG_LIMIT = { 'max-size': '64m', 'max-file': '1' };

/** What a node's container is made of. */
export interface NodeContainerParts {
  engine: Engine;
  plan: ContainerPlan;
  /** By version. */
  images: ReadonlyMap<string, ChosenImage>;
  /** What each node may take of its machine. */
  limits: Pick<ContainerOptions, 'memoryMiB' | 'cpus'>;
  /** Of the container; the volume of its data is named after it. */
  name: string;
  labels: Record<string, string>;
  /** The container whose network namespace it joins. */
  sandboxId: string;
  volumeOptions: Record<string, string> | undefined;
}

/** The container of a node. Another may take its place: on the same volume, at the same address, by the same name. */
export class NodeContainer {
  private readonly parts: NodeContainerParts;
  private setup: ContainerSetup;
  private container: Docker.Container;
  private readonly limiter: ContainerLimiter;

  private constructor(parts: NodeContainerParts, setup: ContainerSetup, made: Docker.Container) {
    this.parts = parts;
    this.setup = setup;
    this.container = made;
    this.limiter = new ContainerLimiter(shareOf(parts));
  }

  /** With its volume, and the files in that must be there before the first start. Throws a `DockerError`. */
  static async create(parts: NodeContainerParts, setup: ContainerSetup): Promise<NodeContainer> {
    const { engine, labels, volumeOptions } = parts;
    try {
      const volume = { Name: volumeOf(parts), Labels: labels, DriverOpts: volumeOptions };
      await engine.docker.createVolume(volume);
      return new NodeContainer(parts, setup, await make(parts, setup));
    } catch (error) {
      throw explain(error, `create the container of node ${setup.name}`);
    }
  }

  get now(): Docker.Container {
    return this.container;
  }

  /** What the engine answers, or a `DockerError`: it could not do this to the node. */
  async ask<T>(doing: string, request: (container: Docker.Container) => Promise<T>): Promise<T> {
    try {
      return await request(this.container);
    } catch (error) {
      throw explain(error, `${doing} node ${this.setup.name}`);
    }
  }

  /** How the engine sees it. Throws a `DockerError`. */
  async look(doing = 'look at'): Promise<Docker.ContainerInspectInfo['State']> {
    const { State } = await this.ask(doing, (container) => container.inspect());
    return State;
  }

  /** Runs a command in it, as it is and without a shell. It must run. */
  async exec(command: readonly string[]): Promise<{ exitCode: number; output: string }> {
    const options = { Cmd: [...command], AttachStdout: true, AttachStderr: true, Tty: true };
    return this.ask(`run "${command[0]}" in`, async (container) => {
      const exec = await container.exec(options);
      let output = '';
      for await (const chunk of await exec.start({ Tty: true })) output += String(chunk);
      const { ExitCode } = await exec.inspect();
      return { exitCode: ExitCode ?? -1, output: output.replaceAll('\r\n', '\n') };
    });
  }

  /** Puts files in, contents by absolute path; it need not run. */
  async writeFiles(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
    const archive = await packFiles(files);
    await this.ask('put files into', (container) => container.putArchive(archive, { path: '/' }));
  }

  /** Copies its data as it lies there below this directory of ours; how many files. It need not run. */
  async saveData(directory: string): Promise<number> {
    const path = this.parts.plan.dataDirectory;
    const archive = await this.ask(`read ${path} of`, (container) =>
      container.getArchive({ path }),
    );
    return unpackInto(archive, directory);
  }

  /** For a node that has ended. Throws a `DockerError`. */
  changeVersion(version: string): Promise<void> {
    const { version: was, upgradedFrom = was } = this.setup;
    const isBack = version === upgradedFrom;
    return this.replace({ version, upgradedFrom: isBack ? undefined : upgradedFrom });
  }

  /** Null: what it was made with. Throws a `DockerError`. */
  limit(what: 'memory' | 'cpu', amount: number | null): Promise<void> {
    const { limiter } = this;
    return this.ask(`limit the ${what} of`, (container) =>
      what === 'memory'
        ? limiter.limitMemory(container, amount)
        : limiter.limitCpu(container, amount),
    );
  }

  /** With empty data, to join the cluster of these members. For a node that has ended; throws a `DockerError`. */
  async rejoin(members: readonly string[]): Promise<void> {
    await this.emptyVolume();
    await this.replace({ members, isJoining: true });
  }

  /** By a container that does nothing else. */
  private emptyVolume(): Promise<void> {
    const { engine, labels, plan } = this.parts;
    const Target = plan.dataDirectory;
    return this.ask('empty the volume of', async () => {
      const broom = await engine.docker.createContainer({
        Image: helperTag,
        Entrypoint: ['find', Target, '-mindepth', '1', '-delete'],
        Labels: labels,
        HostConfig: {
          NetworkMode: 'none',
          Mounts: [{ Type: 'volume', Source: volumeOf(this.parts), Target }],
        },
      });
      await broom.start();
      await broom.wait();
      await broom.remove();
    });
  }

  private replace(change: Partial<ContainerSetup>): Promise<void> {
    this.setup = { ...this.setup, ...change };
    return this.ask('replace the container of', async (container) => {
      await container.remove();
      this.container = await make(this.parts, this.setup);
    });
  }
}

function volumeOf({ name }: NodeContainerParts): string {
  return `${name}-data`;
}

/** What it may take of its machine. No swap beside its memory: a node that grows too large should end, not crawl. */
function shareOf({ plan, limits }: NodeContainerParts): Docker.HostConfig {
  const Memory = (limits.memoryMiB ?? plan.memoryMiB ?? DEFAULT_MEMORY_MIB) * 1024 * 1024;
  const NanoCpus = limits.cpus === undefined ? undefined : Math.round(limits.cpus * 1e9);
  return { Memory, MemorySwap: Memory, NanoCpus };
}

async function make(parts: NodeContainerParts, setup: ContainerSetup): Promise<Docker.Container> {
  const { engine, plan, images, name, labels, sandboxId } = parts;
  const { command, environment, files, user } = plan.command(setup);
  const container = await engine.docker.createContainer({
    name,
    Image: images.get(setup.version)?.id,
    Entrypoint: [...command],
    Cmd: [],
    Env: Object.entries(environment ?? {}).map(([key, value]) => `${key}=${value}`),
    User: user,
    Labels: labels,
    HostConfig: {
      NetworkMode: `container:${sandboxId}`,
      Mounts: [{ Type: 'volume', Source: volumeOf(parts), Target: plan.dataDirectory }],
      ...shareOf(parts),
      LogConfig: { Type: 'json-file', Config: LOG_LIMIT },
    },
  });
  if (files !== undefined) await container.putArchive(await packFiles(files), { path: '/' });
  return container;
}
