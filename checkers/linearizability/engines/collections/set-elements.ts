import { set } from '../../../models/collections.js';
import type { Budget } from '../../core/budget.js';
import type { Engine, Question, Answer } from '../../core/engine.js';

/**
 * One element of a set that nothing is removed from. It appears at one moment: not before the first add is
 * called nor before a "no" is; not after an add or a "yes" returned. So the verdict is
 * max(least add call, greatest "no" call) < min(least add return, least "yes" return), where without a
 * definite add and without a "yes" it need not appear at all.
 */
export const setElements: Engine = {
  name: 'set-elements',
  description: 'nothing is removed, so one moment of appearance decides in linear time',
  serves: (model) => model === set,
  check: checkElement,
};

function checkElement({ operations }: Question, budget: Budget): Answer {
  let firstAddCall = Infinity;
  let lastNoCall = -1;
  let latest = Infinity;
  let latestOf = -1;
  let lastNo = -1;
  for (let i = 0; i < operations.length; i++) {
    budget.work();
    const { f, output, call, return: end } = operations[i];
    if (f === 'remove') return { verdict: 'declined', why: 'something is removed' };
    if (f === 'contains' && output === false) {
      if (call > lastNoCall) [lastNoCall, lastNo] = [call, i];
      continue;
    }
    if (f === 'add') firstAddCall = Math.min(firstAddCall, call);
    if (end < latest) [latest, latestOf] = [end, i];
  }
  if (latest === Infinity || Math.max(firstAddCall, lastNoCall) < latest)
    return { verdict: 'valid' };
  const culprits = [latestOf, lastNo].filter((index) => index >= 0);
  const sentence = 'the element was there, and then not yet';
  return firstAddCall > latest
    ? { verdict: 'invalid', sentence: 'the element was seen before it was added' }
    : { verdict: 'invalid', sentence, culprits };
}
