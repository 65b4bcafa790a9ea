import { describe, expect, it } from 'vitest';

import { decide } from '../../checkers/linearizability/engines/decide.js';
import { prepare } from '../../checkers/linearizability/core/preparation.js';
import { unlimited } from '../../checkers/linearizability/testing/conformance.js';
import { MODELS } from '../../checkers/models/catalogue.js';
import { createRandom } from '../../harness/environment/random.js';
import { generateHistory, type HistoryRecipe } from './generate-history.js';

const model = MODELS['cas-register'];
const BASE: HistoryRecipe = {
  operations: 400,
  clients: 5,
  crashRate: 0,
  domain: 'unique',
  casRate: 0,
  keys: 1,
};

/** By the search that needs no assumption about values, but where there are too many clients for it. */
function verdictOf(recipe: HistoryRecipe, seed: number): string {
  const engine = recipe.clients > 10 ? undefined : 'just-in-time';
  const operations = generateHistory(recipe, createRandom(seed));
  const [partition] = prepare(model, { events: [], operations }).partitions;
  const question = { model, operations: partition.operations };
  return decide(question, unlimited(), engine).answer.verdict;
}

describe('made histories', () => {
  it.each([
    ['plain', {}],
    ['many clients', { clients: 50 }],
    ['crashes', { crashRate: 0.05 }],
    ['compare-and-sets', { casRate: 0.3 }],
  ])('are violations exactly where a stale read was asked for: %s', (_, changes) => {
    for (let seed = 0; seed < 10; seed++) {
      const recipe = { ...BASE, ...changes };
      const verdicts = [undefined, 0.1, 0.5].map((staleReadAt) =>
        verdictOf({ ...recipe, staleReadAt }, seed),
      );
      expect({ seed, verdicts }).toEqual({ seed, verdicts: ['valid', 'invalid', 'invalid'] });
    }
  });
});
