/** What a power cut took: everything that was written and not synced. */
export interface PowerLoss {
  /** Bytes that the node had written and that are gone. */
  lostBytes: number;
  /** Files that are shorter, older or gone altogether. */
  lostFiles: number;
}

/** A machine whose power can be cut. */
export interface PowerFacet {
  /** The node is gone at once, as by a kill, and with it all that was not synced; it starts on what is left. */
  cut(): Promise<PowerLoss>;
}

/** How a disk misbehaves under a node that runs. */
export type DiskFault =
  | { kind: 'full' }
  | { kind: 'read-only' }
  /** Every write and sync fails. */
  | { kind: 'errors' }
  /** Every sync takes so much longer. */
  | { kind: 'slow'; delayMs: number };

/** What became of a small write and sync on a node's disk, beside the node's own files. */
export interface DiskProbe {
  /** As the operating system names it (`ENOSPC`, `EROFS`, `EIO`); absent where the disk obeyed. */
  refusal?: string;
  tookMs: number;
  /** How many syncs of anybody's were slowed down on this disk so far, where that is counted. */
  slowedSyncs?: number;
}

/** A disk that misbehaves when it is told to, in the ways that the runtime's `disk-…` capabilities name. */
export interface DiskFacet {
  /** One fault at a time. */
  break(fault: DiskFault): Promise<void>;
  /**
   * Ends the fault; does nothing to a disk that has none. The node may be killed for it: who mends the disk sees to it
   * that the node runs.
   */
  mend(): Promise<void>;
  /** Of a node that runs. */
  probe(): Promise<DiskProbe>;
}

/** What is done to the newest file of a node's log while it is down. `draw` in [0, 1) says where. */
export interface DiskDamage {
  kind: 'flip-bit' | 'truncate-tail';
  draw: number;
}

/** The log that a node has stored, for damage while the node is down. Each says what was done, in a sentence. */
export interface StoredLogFacet {
  damage(damage: DiskDamage): Promise<string>;
  /** As it was before the damage: right only where the node has not come up on it since. */
  restore(): Promise<string>;
}
