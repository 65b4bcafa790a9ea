import { basename } from 'node:path';
import { readAsset } from '../../../harness/machine/asset.js';

/** One word to a shell, whatever is in it. */
function quote(word: string | number): string {
  return `'${String(word).replaceAll("'", String.raw`'\''`)}'`;
}

/** A call of a shell's function; its arguments arrive as they are. */
export function call(name: string, ...args: readonly (string | number)[]): string {
  return [name, ...args.map(quote)].join(' ');
}

/** Composes a script for bash: what the library defines, then these calls. */
export type ShellLibrary = (...calls: readonly string[]) => string;

/**
 * The files of these names beside `module`: functions for bash from `.sh`, and each program from `.pl` in a variable
 * that is named after it (`shut-down.pl` is `$shut_down_pl`); further variables with their values. A container has
 * none of our files, so their text goes there with each call.
 */
export function shellLibrary(
  module: string,
  names: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): ShellLibrary {
  let definitions: string | undefined;
  return (...calls) => {
    definitions ??= [
      ...Object.entries(variables).map(([name, value]) => assign(name, value)),
      ...names.map((name) => define(name, readAsset(name, module))),
    ].join('\n');
    return [definitions, ...calls].join('\n');
  };
}

function define(name: string, text: string): string {
  if (!name.endsWith('.pl')) return text;
  return assign(basename(name).replaceAll(/\W/g, '_'), text);
}

function assign(variable: string, value: string): string {
  return `${variable}=${quote(value)}`;
}
