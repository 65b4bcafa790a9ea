import type { NodeCommand, NodeSetup } from '../../harness/contracts/node-setup.js';
import { entryCommand } from '../../harness/machine/entry.js';

/**
 * How to start a node of ours. `entry` is a module that calls `runNode`, relative to `nodes/` and without
 * its extension (`raft/main`); it is taken from where this file is, built or as TypeScript. The setup goes
 * to standard input, which must then stay open: the node ends when it is closed.
 */
export function nodeHostCommand(entry: string, setup: NodeSetup): NodeCommand {
  const { file, args } = entryCommand(new URL(`../${entry}.js`, import.meta.url));
  return { file, args: [...args, '--config', '-'], firstLine: JSON.stringify(setup) };
}
