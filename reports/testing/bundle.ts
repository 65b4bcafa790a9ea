import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The page's script from its source as it is now, so that tests never judge an older build. */
export async function bundleBrowserCode(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../browser/main.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'eof',
    write: false,
  });
  return outputFiles[0].text;
}
