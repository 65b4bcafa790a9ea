/** Something that holds for every seed, or is a surprise. */
export interface Trial {
  name: string;
  /**
   * Tries one seed, a second's work at most. The same seed tries the same again. Throws an Error that says
   * what was found where it did not hold.
   */
  run(seed: number): Promise<void> | void;
}

/** One entry of `npm run soak -- NAME`. */
export interface Soak {
  description: string;
  trials(): readonly Trial[] | Promise<readonly Trial[]>;
  /** Lets go of what trials have in common, such as threads. */
  close?(): Promise<void>;
}
