/** How a node ended that was asked to end. */
export interface Stop {
  /** From the request until it was seen gone. */
  tookMs: number;
  /** It had not ended when its time was over, and was killed. */
  killed: boolean;
  exitCode: number | null;
  signal: string | null;
}

/** The process of a node: every runtime can start and end it. */
export interface ProcessFacet {
  /** Resolves when the process runs, before it is ready to serve; at once where it runs already. */
  start(): Promise<void>;
  /** SIGKILL. Resolves when it is seen gone. */
  kill(): Promise<void>;
  /**
   * Asks it to end (SIGTERM), and kills it where it has not after `limitMs`, five seconds where absent. Resolves
   * when it is seen gone; at once for one that is down.
   */
  stop(limitMs?: number): Promise<Stop>;
  /** Names the life that it lives, as the system knows it: no other has this name. Undefined for one that is down. */
  incarnation(): Promise<string | undefined>;
  /** From now on it may end by itself, for this reason; null: it may not. */
  expectEnd(reason: string | null): void;
}

/** A process that can be frozen and thawed. Each resolves when it is seen to be so. */
export interface SuspensionFacet {
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** How long a node may take to end that was asked to. */
export const STOP_LIMIT_MS = 5_000;

/** Of a node that was down when it was asked to end. */
export const ALREADY_DOWN: Stop = { tookMs: 0, killed: false, exitCode: null, signal: null };
