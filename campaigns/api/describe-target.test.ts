import { expect, it } from 'vitest';

import type { Target } from '../../harness/contracts/target.js';
import { TARGET_LAWS } from '../../targets/conformance/target-laws.js';
import { raft } from '../../targets/raft/target.js';
import { zab } from '../../targets/zab/target.js';
import { BUILT_IN } from '../definitions/registries.js';
import { describeTarget } from './describe-target.js';

describeTarget(zab);

/** Titles of the laws that are broken. */
async function brokenBy(change: Partial<Target>): Promise<string[]> {
  const titles: string[] = [];
  for (const { title, hold } of TARGET_LAWS) {
    await Promise.resolve()
      .then(() => hold({ ...raft, ...change }))
      .catch(() => titles.push(title));
  }
  return titles;
}

it.each(Object.values(BUILT_IN.targets))('the laws hold for $name', async (target) => {
  expect(await brokenBy(target)).toEqual([]);
});

it.each<[Partial<Target>, RegExp]>([
  [{ versions: [] }, /has a version/],
  [{ defaultDurability: 'maybe' }, /default among its durability modes/],
  [{ refuses: () => 'not today' }, /can be run .* with its defaults/],
  [{ families: [] }, /serves families/],
  [{ errors: { timeout: { definite: true, reason: 'it says so' } } }, /silence says nothing/],
  [{ isReady: () => true }, /does not take a node that says nothing/],
])('a law is broken by %j', async (change, title) => {
  expect(await brokenBy(change)).toEqual([expect.stringMatching(title)]);
});
