/** The first step of a node after which an invariant of its protocol did not hold. */
export interface BrokenStep {
  node: string;
  /** Nanoseconds since the run began. */
  time: number;
  /** As the literature calls it. */
  invariant: string;
  /** The invariant and what broke it, as a sentence. */
  message: string;
}

/** What a monitor of the nodes' protocol has seen so far. */
export interface ProtocolWatch {
  steps: number;
  broken: BrokenStep | undefined;
  /** When the watch ended before the run did, since disks were allowed to break their word. */
  endedNs: number | undefined;
}
