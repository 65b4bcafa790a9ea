import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { readPages, regenerate } from './generator/pages.js';
import { findPackageRoot } from './generator/root.js';

/** `npm run docs`: writes the generated parts of the pages anew. */
async function main(): Promise<void> {
  for (const page of readPages()) {
    const text = await regenerate(page);
    if (text === page.text) continue;
    writeFileSync(join(findPackageRoot(), page.path), text);
    console.log(`${page.path} is written anew`);
  }
}

await main();
