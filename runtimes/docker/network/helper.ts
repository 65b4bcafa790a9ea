import type { Duplex } from 'node:stream';
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import type Docker from 'dockerode';
import { readAsset } from '../../../harness/machine/asset.js';
import type { Engine } from '../engine/connection.js';
import { DockerError, explain } from '../engine/errors.js';
import { helperTag } from '../images/recipes.js';

/**
 * What the helper may do, and no more: enter namespaces (SYS_ADMIN, SYS_PTRACE), change a node's network
 * (NET_ADMIN), end a frozen process (KILL). An engine without every capability, as one inside a container,
 * cannot give `--privileged`, but it can give these.
 */
export const helperPowers = {
  CapDrop: ['ALL'],
  CapAdd: ['SYS_ADMIN', 'SYS_PTRACE', 'NET_ADMIN', 'KILL', 'DAC_READ_SEARCH'],
  SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
};

/** Longer output than this is cut off: a line must fit into one atomic write to a pipe (4096 bytes). */
const MAX_OUTPUT_BYTES = 2800;

/** What the helper runs; it has none of our files. */
function readServer(): string {
  return readAsset('./scripts/serve.sh', import.meta.url);
}

/** What a helper is started with. */
export interface HelperOptions {
  name: string;
  labels: Record<string, string>;
  /** What it may use beside `helperPowers`. */
  powers?: Docker.HostConfig;
}

interface Waiting {
  doing: string;
  resolve(output: string): void;
  reject(error: Error): void;
}

/**
 * One container of a run with the host's pids and network in sight. Its shell runs scripts that the harness
 * composes out of addresses, pids and numbers of its own: nothing that came from outside gets there. A request
 * takes a few milliseconds where an exec through the engine takes a hundred.
 */
export class Helper {
  private readonly container: Docker.Container;
  private readonly stream: Duplex;
  private readonly waiting = new Map<string, Waiting>();
  private lastId = 0;
  private gone: DockerError | undefined;
  private closing = false;

  private constructor(container: Docker.Container, stream: Duplex) {
    this.container = container;
    this.stream = stream;
    const output = new PassThrough();
    container.modem.demuxStream(stream, output, output);
    const lines = createInterface({ input: output });
    lines.on('line', (line) => this.answered(line));
    const ended = (): void => this.lost();
    stream.on('end', ended).on('close', ended).on('error', ended);
  }

  /** Starts it with these names and labels. Throws a `DockerError`. */
  static async start(engine: Engine, options: HelperOptions): Promise<Helper> {
    try {
      const container = await engine.docker.createContainer({
        name: options.name,
        Image: helperTag,
        Labels: options.labels,
        Entrypoint: ['bash', '-c', readServer(), 'serve.sh', String(MAX_OUTPUT_BYTES)],
        OpenStdin: true,
        StdinOnce: true,
        AttachStdin: true,
        AttachStdout: true,
        HostConfig: {
          ...helperPowers,
          PidMode: 'host',
          NetworkMode: 'host',
          ...options.powers,
        },
      });
      const stream = (await container.attach({
        stream: true,
        hijack: true,
        stdin: true,
        stdout: true,
        stderr: true,
      })) as Duplex;
      await container.start();
      return new Helper(container, stream);
    } catch (error) {
      throw explain(error, 'start the helper container');
    }
  }

  /**
   * What the script printed. Throws a `DockerError` where it ended with a code that is not 0, or where the
   * helper is gone.
   */
  run(script: string, doing: string): Promise<string> {
    if (this.gone !== undefined) return Promise.reject(this.gone);
    const id = String(++this.lastId);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { doing, resolve, reject });
      this.stream.write(`${id} ${Buffer.from(script).toString('base64')}\n`);
    });
  }

  /** Ends it: with its input its loop is over. */
  close(): void {
    this.closing = true;
    this.stream.end();
    this.stream.destroy();
  }

  /** Ends it and waits until it is gone: what it lets go of at its end is then free. */
  async end(): Promise<void> {
    this.close();
    await this.container.wait().catch(() => undefined);
  }

  /** Ends it and removes its container. */
  async remove(): Promise<void> {
    this.close();
    await this.container.remove({ force: true, v: true });
  }

  private answered(line: string): void {
    const [id, code, encoded = ''] = line.split(' ');
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return;
    this.waiting.delete(id);
    const output = Buffer.from(encoded, 'base64').toString();
    if (code === '0') waiting.resolve(output);
    else waiting.reject(new DockerError('command', waiting.doing, `${output} (code ${code})`));
  }

  private lost(): void {
    if (this.gone !== undefined) return;
    const why = this.closing ? 'it was closed' : 'its connection broke; the engine may have ended';
    this.gone = new DockerError(
      'engine-lost',
      `use the helper container ${this.container.id}`,
      why,
    );
    for (const { reject } of this.waiting.values()) reject(this.gone);
    this.waiting.clear();
  }
}
