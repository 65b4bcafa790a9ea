import type { Operation } from '../../../harness/history/operation.js';
import { describeOperation, type AnyModel } from '../../models/model.js';
import type { LinearizationStep, Obstacle } from '../core/evidence.js';

/** Orders shown at most: the longest ones. */
const SHOWN_ORDERS = 20;

/** An order of operations with the state that each leaves. */
export interface ShownOrder {
  indexes: readonly number[];
  steps: LinearizationStep[];
  states: readonly unknown[];
}

/** Follows each order through the model, keeping every state that it can be in. */
export function showOrders(
  model: AnyModel,
  operations: readonly Operation[],
  orders: readonly (readonly number[])[],
): ShownOrder[] {
  return orders.slice(0, SHOWN_ORDERS).map((indexes) => {
    let states: readonly unknown[] = [model.initial];
    const steps = indexes.map((index) => {
      states = states.flatMap((state) => [...model.step(state, operations[index])]);
      return { id: operations[index].call, state: model.describe(states[0]) };
    });
    return { indexes, steps, states };
  });
}

/** For the longest orders: what would have to come next, and why it cannot. */
export function findObstacles(
  model: AnyModel,
  operations: readonly Operation[],
  orders: readonly ShownOrder[],
): Obstacle[] {
  const longest = orders[0]?.indexes.length ?? 0;
  return orders.flatMap((order, after) => {
    if (order.indexes.length < longest) return [];
    const placed = new Set(order.indexes);
    const left = operations.filter((_, i) => !placed.has(i));
    const firstReturn = Math.min(...left.map((each) => each.return));
    const last = order.indexes.at(-1);
    const since =
      last === undefined
        ? 'At the beginning'
        : `After ${describeOperation(model, operations[last])}`;
    return left
      .filter((each) => each.return !== Infinity && each.call < firstReturn)
      .filter((each) => order.states.every((state) => model.step(state, each).length === 0))
      .map((each) => {
        const state = order.states.map((value) => model.describe(value)).join(' or ');
        const sentence = `${since} the state is ${state}, so ${describeOperation(model, each)} cannot come next.`;
        return { after, id: each.call, state, sentence };
      });
  });
}
