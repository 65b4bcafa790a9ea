import { fileURLToPath } from 'node:url';

/** The folder with `package.json`, `README.md` and `docs/`. */
export function findPackageRoot(): string {
  return fileURLToPath(new URL('../../', import.meta.url));
}
