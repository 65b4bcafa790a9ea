import type Docker from 'dockerode';
import type { Resources } from '../../../harness/contracts/cluster.js';
import { call, shellLibrary } from '../shell/library.js';

const PERIOD_US = 100_000;

const library = shellLibrary(import.meta.url, ['./scripts/resources.sh']);

/** Prints the figures of `Resources` in their order; `pid` is a process of the node. */
export function resourcesScript(pid: number): string {
  return library(call('print_resources', pid));
}

/** What the script printed. Throws where the machine tells something else. */
export function readResources(output: string): Resources {
  const words = output.trim().split(/\s+/);
  const [used, cached, limit, hits, kills, quota, period, throttled, throttledMs] =
    words.map(Number);
  const figures = [used, cached, hits, kills, period, throttled, throttledMs];
  if (words.length !== 9 || figures.some(Number.isNaN)) {
    throw new Error(`what its cgroup tells is not understood: ${output.trim()}`);
  }
  return {
    memoryBytes: used,
    reclaimableBytes: cached,
    memoryLimitBytes: Number.isNaN(limit) ? null : limit,
    memoryHits: hits,
    memoryKills: kills,
    cpus: Number.isNaN(quota) || quota < 0 ? null : quota / period,
    throttledPeriods: throttled,
    throttledMs,
  };
}

/** What one container may take, and what it may take for a while. */
export class ContainerLimiter {
  private readonly granted: Docker.HostConfig;
  private readonly changed = new Set<'memory' | 'cpu'>();

  constructor(granted: Docker.HostConfig) {
    this.granted = granted;
  }

  /** No swap beside it, as at its creation. Null: what it was made with. */
  async limitMemory(container: Docker.Container, bytes: number | null): Promise<void> {
    if (bytes === null && !this.changed.has('memory')) return;
    const Memory = bytes ?? this.granted.Memory;
    // Before it is done: a limit that ends the node is there although the engine says that it could not be set.
    this.changed.add('memory');
    await container.update({ Memory, MemorySwap: Memory });
    if (bytes === null) this.changed.delete('memory');
  }

  /** By the means that it was made with: the engine takes no other afterwards. */
  async limitCpu(container: Docker.Container, cpus: number | null): Promise<void> {
    if (cpus === null && !this.changed.has('cpu')) return;
    const { NanoCpus } = this.granted;
    const quota = cpus === null ? -1 : Math.round(cpus * PERIOD_US);
    await container.update(
      NanoCpus
        ? { NanoCpus: cpus === null ? NanoCpus : Math.round(cpus * 1e9) }
        : { CpuPeriod: PERIOD_US, CpuQuota: quota },
    );
    if (cpus === null) this.changed.delete('cpu');
    else this.changed.add('cpu');
  }
}
