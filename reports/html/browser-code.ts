import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the build puts the bundle, as seen from this file compiled, and from its source. */
const PLACES = ['../browser.js', '../../dist/reports/browser.js'];

/** The page's script, as `npm run build` bundled it from `reports/browser/`. */
export function readBrowserCode(): string {
  const paths = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const path = paths.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new Error(`the report's script is missing (${paths.join(' or ')}): run npm run build`);
  }
  return readFileSync(path, 'utf8');
}
