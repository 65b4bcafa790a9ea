import type { NodeCommand, NodeSetup } from '../../harness/contracts/starts/node-setup.js';
import type { ProgramReference } from '../../harness/contracts/starts/start.js';
import { pathToFileURL } from 'node:url';
import { entryCommand } from '../../harness/machine/entry.js';
import { moduleFile } from '../../harness/machine/program-module.js';

/** The module that runs a program as a process of its own, from its source as from its build. */
export const HOST_ENTRY = new URL('./main.js', import.meta.url);

/** Its arguments: the module of the program as a URL, its export, and the file of its setup, `-` for standard input. */
export function hostArguments(moduleUrl: string, exported: string, config: string): string[] {
  return ['--program', `${moduleUrl}#${exported}`, '--config', config];
}

/**
 * How to start a node of this program. The setup goes to standard input, which must then stay open: the node ends when it
 * is closed.
 */
export function nodeHostCommand(program: ProgramReference, setup: NodeSetup): NodeCommand {
  const { file, args } = entryCommand(HOST_ENTRY);
  const moduleUrl = pathToFileURL(moduleFile(program)).href;
  return {
    file,
    args: [...args, ...hostArguments(moduleUrl, program.export, '-')],
    firstLine: JSON.stringify(setup),
  };
}
