import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

import { findPackageRoot } from './root.js';
import { GENERATED } from './tables.js';

const BEGIN = '<!-- generated: ';
/** From a marker with a name to the next end; nothing generated holds such a marker itself. */
const PART = /^<!-- generated: (\S+) -->\n[^]*?^<!-- end -->$/gm;

/** A page, and where it lies from the root of the package. */
export interface Page {
  path: string;
  text: string;
}

/** The pages under `docs/`. */
export function readPages(): Page[] {
  const names = readdirSync(join(findPackageRoot(), 'docs')).filter((name) => name.endsWith('.md'));
  return names.sort().map((name) => readPage(`docs/${name}`));
}

export function readPage(path: string): Page {
  return { path, text: readFileSync(join(findPackageRoot(), path), 'utf8') };
}

/** The page with its generated parts made anew, as prettier would leave it. */
export async function regenerate({ path, text }: Page): Promise<string> {
  const parts = [...text.matchAll(PART)];
  if (parts.length !== text.split(BEGIN).length - 1) {
    throw new Error(`${path}: a generated part has no "<!-- end -->" on a line of its own`);
  }
  let made = '';
  let position = 0;
  for (const { 0: part, 1: name, index } of parts) {
    if (!Object.hasOwn(GENERATED, name)) {
      throw new Error(`${path}: no part "${name}"; there are ${Object.keys(GENERATED).join(', ')}`);
    }
    made += text.slice(position, index);
    made += `${BEGIN}${name} -->\n\n${await GENERATED[name]()}\n\n<!-- end -->`;
    position = index + part.length;
  }
  const filepath = join(findPackageRoot(), path);
  return format(made + text.slice(position), { ...(await resolveConfig(filepath)), filepath });
}
