import { createJiti } from 'jiti';

/**
 * Imports a module of a user's, in TypeScript or JavaScript. Wherever it lies, what it imports from `schism` is the
 * package that runs: a second copy would have error classes of its own.
 */
export async function loadModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  const jiti = createJiti(import.meta.url, { virtualModules: { schism: await publicModule() } });
  return jiti.import<Record<string, unknown>>(path);
}

/** Not imported by name: it imports from here. */
async function publicModule(): Promise<unknown> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return import(new URL(`../index.${extension}`, import.meta.url).href);
}
