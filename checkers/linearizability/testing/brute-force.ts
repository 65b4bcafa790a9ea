import type { Operation } from '../../../harness/history/operation.js';
import type { AnyModel } from '../../models/model.js';

/**
 * Linearizability by its definition: tries every order that the history allows, remembers nothing and
 * reduces nothing. What the engines are held against; for a dozen operations at most.
 */
export function bruteForce(model: AnyModel, operations: readonly Operation[]): boolean {
  return explore(model, model.initial, operations);
}

function explore(model: AnyModel, state: unknown, left: readonly Operation[]): boolean {
  const firstReturn = Math.min(...left.map((operation) => operation.return));
  if (firstReturn === Infinity) return true;
  return left.some((operation) => {
    if (operation.call > firstReturn) return false;
    const others = left.filter((other) => other !== operation);
    return model.step(state, operation).some((next) => explore(model, next, others));
  });
}
