import { PassThrough } from 'node:stream';
import type { Capability } from '../../harness/contracts/cluster.js';
import { diskPowers } from './disks/library.js';
import type { Engine } from './engine/connection.js';
import { explain } from './engine/errors.js';
import { thisController, formatController, LABELS } from './engine/labels.js';
import { helperTag } from './images/recipes.js';
import { helperPowers } from './network/helper.js';
import { trials, trialsScript } from './trials/trials.js';

/** One finding about a group of faults. */
export interface FaultFinding {
  capabilities: readonly Capability[];
  what: string;
  ok: boolean;
  /** What the kernel said, where it does not work. */
  detail: string;
  fix: string;
}

/** Tries every fault's means in a container that is gone afterwards. Throws a `DockerError`. */
export async function tryFaults(engine: Engine): Promise<FaultFinding[]> {
  const output = await runHelperOnce(engine, trialsScript(engine.architecture));
  return trials.map(({ capabilities, what, fix }, index) => {
    const [, code, detail] = new RegExp(`^${index} (\\d+) (.*)$`, 'm').exec(output) ?? [];
    return { capabilities, what, ok: code === '0', detail: detail ?? 'no answer', fix };
  });
}

/** What needs nothing but the engine, and of its host's cgroups what it says that they can. */
async function byTheEngine({ docker }: Engine): Promise<Capability[]> {
  const { MemoryLimit: memory, CpuCfsQuota: cpu } = (await docker.info()) as {
    MemoryLimit: boolean;
    CpuCfsQuota: boolean;
  };
  return [
    'kill',
    'pause',
    'upgrade',
    ...(memory ? ['memory' as const] : []),
    ...(cpu ? ['cpu' as const] : []),
  ];
}

/** What the runtime can do on this machine: what the engine does, and what the trials showed. */
export async function detectCapabilities(engine: Engine): Promise<ReadonlySet<Capability>> {
  const findings = await tryFaults(engine);
  const working = findings.filter(({ ok }) => ok).flatMap(({ capabilities }) => capabilities);
  return new Set<Capability>([...(await byTheEngine(engine)), ...working]);
}

async function runHelperOnce(engine: Engine, script: string): Promise<string> {
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  try {
    const container = await engine.docker.createContainer({
      Image: helperTag,
      Entrypoint: ['bash', '-c', script],
      Labels: { [LABELS.run]: 'doctor', [LABELS.controller]: formatController(thisController()) },
      HostConfig: {
        ...helperPowers,
        ...diskPowers,
        NetworkMode: 'none',
      },
    });
    try {
      const stream = await container.attach({ stream: true, stdout: true, stderr: true });
      container.modem.demuxStream(stream, output, output);
      const ended = new Promise((resolve) => stream.once('end', resolve).once('close', resolve));
      await container.start();
      await container.wait();
      await ended;
    } finally {
      await container.remove({ force: true, v: true });
    }
  } catch (error) {
    throw explain(error, 'try what this machine can do');
  }
  return Buffer.concat(chunks).toString();
}
