import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { NodeCommand, NodeSetup } from '../../harness/contracts/node-setup.js';

/**
 * How to start a node of ours. `entry` is a module that calls `runNode`, relative to `targets/` and without
 * its extension (`raft/main`); it is taken from the same build as this file, so from TypeScript when the
 * harness itself runs from its sources. The setup goes to standard input, which must then stay open: the
 * node ends when it is closed.
 */
export function nodeHostCommand(entry: string, setup: NodeSetup): NodeCommand {
  const fromSource = import.meta.url.endsWith('.ts');
  const module = new URL(`../${entry}.${fromSource ? 'ts' : 'js'}`, import.meta.url);
  const loader = fromSource ? ['--import', typeScriptLoader()] : [];
  return {
    file: process.execPath,
    args: [...loader, fileURLToPath(module), '--config', '-'],
    firstLine: JSON.stringify(setup),
  };
}

function typeScriptLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}
