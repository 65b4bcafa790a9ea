import { expect, it } from 'vitest';

import type { CheckContext, Checker } from '../contracts/checker.js';
import { createVirtualClock } from '../environment/virtual.js';
import type { JsonObject } from '../json.js';
import type { CheckResult } from '../verdict.js';
import { checkHistory } from './check.js';

const context: CheckContext = {
  clock: createVirtualClock(),
  limits: { timeMs: 1_000, memoryBytes: 2 ** 20 },
};

/** A checker as plain JavaScript may have it: nobody has held its answer against the contract. */
function checker(answer: () => JsonObject): Checker {
  return {
    name: 'mine',
    description: 'anything',
    check: () => Promise.resolve().then(() => answer() as unknown as CheckResult),
  };
}

it('calls evidence without a kind after its checker, and leaves others as they are', async () => {
  const answer = { checker: 'mine', verdict: 'valid', summary: 'Good.' };
  const checkers = [
    checker(() => ({ ...answer, evidence: { lost: 0 } })),
    checker(() => ({ ...answer, evidence: { kind: 'tickets', lost: 0 } })),
    checker(() => answer),
  ];
  const results = await checkHistory(checkers, { events: [], operations: [] }, context);
  expect(results.map(({ evidence }) => evidence)).toEqual([
    { kind: 'mine', lost: 0 },
    { kind: 'tickets', lost: 0 },
    undefined,
  ]);
  expect(results[2]).toEqual(answer);
});

it('has no opinion where a checker throws, and goes on with the next', async () => {
  const broken = checker(() => {
    throw new Error('out of ideas');
  });
  const good = checker(() => ({ checker: 'good', verdict: 'valid', summary: 'Good.' }));
  expect(await checkHistory([broken, good], { events: [], operations: [] }, context)).toMatchObject(
    [
      {
        checker: 'mine',
        verdict: 'unknown',
        unknownReason: 'checker failed',
        summary: 'The checker itself failed: out of ideas',
      },
      { checker: 'good' },
    ],
  );
});
