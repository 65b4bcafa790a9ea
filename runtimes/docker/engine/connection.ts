import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import { DockerError, explain } from './errors.js';

/** An engine that answered, and what the harness needs to know of it. */
export interface Engine {
  docker: Docker;
  version: string;
  /** As the user would write it in DOCKER_HOST. */
  address: string;
  /**
   * Where published ports are reached, for an engine whose container addresses this machine has no route to
   * (another host, or a virtual machine as Docker Desktop's). Undefined: containers are reached directly.
   */
  publishedHost?: string;
  cpus: number;
  memoryBytes: number;
  kernel: string;
  /** As `uname -m` says it. */
  architecture: string;
}

const defaultSocket = '/var/run/docker.sock';

/**
 * The engine that DOCKER_HOST names (`unix://PATH` or `tcp://HOST:PORT`, with DOCKER_TLS_VERIFY and
 * DOCKER_CERT_PATH), else the one at the usual socket. Throws a `DockerError` where none answers.
 */
export async function connectEngine(environment: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  const address = environment.DOCKER_HOST || `unix://${defaultSocket}`;
  const { options, host } = parseAddress(address, environment);
  const docker = new Docker(options);
  try {
    const info = (await docker.info()) as EngineInfo;
    return {
      docker,
      version: info.ServerVersion,
      address,
      publishedHost: publishedHost(host, info),
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
      kernel: info.KernelVersion,
      architecture: info.Architecture,
    };
  } catch (error) {
    throw explain(error, `reach the Docker Engine at ${address}`);
  }
}

interface EngineInfo {
  ServerVersion: string;
  OperatingSystem: string;
  NCPU: number;
  MemTotal: number;
  KernelVersion: string;
  Architecture: string;
}

function parseAddress(
  address: string,
  environment: NodeJS.ProcessEnv,
): { options: Docker.DockerOptions; host?: string } {
  const bad = (why: string): DockerError =>
    new DockerError('no-engine', `read DOCKER_HOST "${address}"`, why);
  if (!URL.canParse(address)) throw bad('it is not of the form unix://PATH or tcp://HOST:PORT');
  const url = new URL(address);
  if (url.protocol === 'unix:') return { options: { socketPath: url.pathname } };
  if (!['tcp:', 'http:', 'https:'].includes(url.protocol)) {
    throw bad(`"${url.protocol}//" is not offered, only unix:// and tcp://`);
  }
  const tls = Boolean(environment.DOCKER_TLS_VERIFY) || url.protocol === 'https:';
  const port = Number(url.port || (tls ? 2376 : 2375));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const certificates = tls ? readCertificates(environment.DOCKER_CERT_PATH, bad) : {};
  return { options: { host, port, protocol: tls ? 'https' : 'http', ...certificates }, host };
}

function readCertificates(
  directory: string | undefined,
  bad: (why: string) => DockerError,
): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  if (!directory) return {};
  const read = (name: string): Buffer => readFileSync(join(directory, `${name}.pem`));
  try {
    return { ca: read('ca'), cert: read('cert'), key: read('key') };
  } catch (error) {
    throw bad(`its certificates cannot be read (${String(error)})`);
  }
}

/** Linux with the engine on the same host reaches the bridge; everybody else needs published ports. */
function publishedHost(host: string | undefined, info: EngineInfo): string | undefined {
  const isLocal = host === undefined || ['localhost', '127.0.0.1', '::1'].includes(host);
  const inVirtualMachine = info.OperatingSystem.includes('Docker Desktop');
  if (isLocal && !inVirtualMachine && process.platform === 'linux') return undefined;
  return host ?? '127.0.0.1';
}
