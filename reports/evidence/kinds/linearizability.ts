import type { LinearizabilityEvidence } from '../../../checkers/linearizability/core/evidence.js';
import { renderLinearizability, renderLinearization } from '../linearizability/sections.js';
import { engineLines, linearizationLines, violationLines } from '../linearizability/terminal.js';
import { nameKey } from '../linearizability/timeline.js';
import { plural } from '../../../harness/text/numbers.js';
import type { ViewMaker } from '../view/view.js';

/** The smallest part of a key that no order explains, drawn; or an order that explains it. */
export const linearizabilityView: ViewMaker<LinearizabilityEvidence> = (evidence, { checker }) => ({
  sentence: sentenceOf(evidence),
  violationLines: (options) => violationLines(evidence, options),
  basisLines: () => engineLines(evidence),
  explanationLines: () => linearizationLines(evidence),
  because: 'no order of the operations and no fate of the unanswered ones explains it',
  sections: () => renderLinearizability(evidence, checker),
  appendix: () => renderLinearization(evidence),
});

function sentenceOf({ failures, keys }: LinearizabilityEvidence): string {
  const [failure] = failures;
  if (failure !== undefined) return `No order explains ${nameKey(failure.key)}.`;
  if (keys.unknown > 0) {
    return `Of ${plural(keys.total, 'key')} an order was found for ${keys.valid}; ${keys.unknown} were not decided.`;
  }
  return `An order explains ${keys.total === 1 ? 'the only key' : `each of ${keys.total} keys`}.`;
}
