import type { HaltKind } from '../../harness/contracts/program-host.js';

/** How a node process ends. Killed by a signal, it has none of these. */
export const NODE_EXIT = {
  /** Asked to end (SIGTERM), or its standard input was closed: whoever started it is gone. */
  ended: 0,
  /** The configuration is not usable (sysexits.h's EX_USAGE). */
  usage: 64,
  /** A mistake in our code: an uncaught error, or a program that threw. */
  bug: 70,
  /** The program said that it cannot go on. */
  program: 90,
  /** A write or an fsync failed. */
  disk: 91,
  /** The log is damaged in a way that no power cut explains. */
  'corrupt-log': 92,
  /** A port is in use (after Linux's EADDRINUSE). */
  portInUse: 98,
} as const satisfies Record<HaltKind, number> & Record<string, number>;
