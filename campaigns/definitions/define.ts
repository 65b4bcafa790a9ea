import type { Definitions } from './registries.js';

/** What `schism.config.ts` exports: definitions by kind and by the name that they are called by. */
export type Config = Partial<Definitions>;

/** The configuration as it is, with its types checked. */
export function defineConfig(config: Config): Config {
  return config;
}
