/** How a node's wall clock differs from the true one. */
export interface ClockSkew {
  /** Added at once; negative is into the past. */
  offsetMs: number;
  /** Microseconds gained in each second from now on; negative for a slow clock. */
  driftPpm: number;
  /** Skewed and right by turns, each for about so long. Absent: skewed all the time. */
  strobeMs?: number;
  /**
   * Its monotonic clock, too, which must not go back: no negative offset, no strobing, no drift of -1e6 or less.
   * Put right, it goes at the true rate again and keeps what it has gained or lost.
   */
  monotonic?: boolean;
}

/** What the wall clock of a node showed, and when: all in milliseconds since 1970. */
export interface ClockReading {
  wallMs: number;
  /** By the harness's own wall clock it showed that at some moment between these two. */
  fromMs: number;
  untilMs: number;
}

/** Clocks of a node's own. */
export interface ClockFacet {
  /** In force from now on, over restarts too, until the clock is put right. */
  skew(skew: ClockSkew): Promise<void>;
  /** Does nothing to a clock that was never skewed. */
  putRight(): Promise<void>;
  /** The wall clock as the node's own process reads it. */
  read(): Promise<ClockReading>;
}
