import { describe, test } from 'vitest';

import type { Nemesis } from '../../harness/contracts/nemesis.js';
import { NEMESIS_LAWS } from './nemesis-laws.js';

/** Holds every variant of a nemesis against the laws of nemeses. */
export function describeNemesis<Parameters>(nemesis: Nemesis<Parameters>): void {
  const { name, variants, onRequest = [] } = nemesis;
  describe.each([...variants, ...onRequest])(`the fault ${name} %s`, (variant) => {
    // What a variant plans is read back by the schema of the same nemesis.
    const subject = { nemesis: nemesis as unknown as Nemesis, variant };
    for (const { title, hold } of NEMESIS_LAWS) test(title, () => hold(subject));
  });
}
