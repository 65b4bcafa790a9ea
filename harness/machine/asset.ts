import { readFileSync } from 'node:fs';

/**
 * The text of a file that lies beside a module (`import.meta.url`) and is written in a language of its own. The build
 * copies it to the same place beside the compiled module, so that both find it alike.
 */
export function readAsset(name: string, module: string): string {
  return readFileSync(new URL(name, module), 'utf8');
}
