import type { ContainerPlan } from './container.js';
import type { NodeCommand, NodeSetup } from './node-setup.js';

/**
 * Where the nodes of a target come from that are a `Program`: a module, and the export in it that makes one from a
 * `ProgramConfig`. It is named, and not handed over, so that each runtime can start it where its nodes live.
 */
export interface ProgramReference {
  /** A URL, as of `new URL('./node.js', import.meta.url)`, or a path, relative to the working directory. */
  module: URL | string;
  export: string;
}

/** The ways in which a node can be started. */
export interface WaysToStart {
  /** A node without I/O, in every runtime: our host runs it. */
  program: ProgramReference;
  /** Any program, as a child process. */
  command(setup: NodeSetup): NodeCommand;
  /** An image with a command, as a container. */
  container: ContainerPlan;
}

/** At least one way; a runtime takes one that it can go. */
export type Starts = {
  [Way in keyof WaysToStart]: Pick<WaysToStart, Way> & Partial<WaysToStart>;
}[keyof WaysToStart];
