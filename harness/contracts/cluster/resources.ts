/** What a node may take of its machine, what it takes, and how often it wanted more: as its cgroup counts. */
export interface Resources {
  memoryBytes: number;
  /** Of these, what the kernel may take back: copies of what is on the disk. */
  reclaimableBytes: number;
  memoryLimitBytes: number | null;
  /** Times that something had to give way for it to stay within its limit. */
  memoryHits: number;
  /** Processes that were killed because nothing could. */
  memoryKills: number;
  /** Null: as many as there are. */
  cpus: number | null;
  /** Periods in which it had used its share up, and for how long it was held back in all. */
  throttledPeriods: number;
  throttledMs: number;
}

/** What a node may take of its machine, by the capabilities `memory` and `cpu`. */
export interface ResourcesFacet {
  /** Of a node that runs. */
  read(): Promise<Resources>;
  /** Null: what it had at the start. The kernel kills a node that needs more. */
  limitMemory(bytes: number | null): Promise<void>;
  /** In CPUs: 0.05. Null: what it had at the start. */
  limitCpu(cpus: number | null): Promise<void>;
}
