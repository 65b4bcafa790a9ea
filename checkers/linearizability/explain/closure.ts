import type { Operation } from '../../../harness/history/operation.js';
import { isObserver, type AnyModel } from '../../models/model.js';

/** What an operation has to do with states: keys of the one it needs and the one it leaves. */
interface Role {
  operation: Operation;
  needs: string | undefined;
  leaves: string | undefined;
}

/**
 * Adds to a choice of operations what must stay so that a failure of the choice is a failure of the whole.
 *
 * Where every operation of the choice names the state that it needs (reads, compare-and-sets) or needs
 * none (writes), an order of the whole, cut down to the choice, explains the choice, as long as the
 * choice holds every operation that can have left a state that it needs. Such a one was called before the
 * needy one returned, and nothing of the choice was surely between them. Where an operation sees more than
 * one state (a mismatch) or leaves nobody knows which (an append), every operation that changes anything
 * must stay.
 */
export class Closure {
  private readonly writers = new Map<string, Role[]>();
  private readonly updates: Operation[];
  private readonly roleOf = new Map<Operation, Role>();
  /** Some update leaves a state that depends on the one before. */
  private readonly isOpenEnded: boolean;

  constructor(model: AnyModel, operations: readonly Operation[]) {
    const key = (state: unknown): string | undefined =>
      state === undefined ? undefined : model.stateKey(state);
    this.updates = operations.filter((operation) => !isObserver(model, operation));
    this.isOpenEnded = this.updates.some((update) => model.leaves?.(update) === undefined);
    const roles = operations.map((operation) => ({
      operation,
      needs: key(model.needs?.(operation)),
      leaves: key(model.leaves?.(operation)),
    }));
    for (const role of roles) {
      this.roleOf.set(role.operation, role);
      if (role.leaves === undefined || role.leaves === role.needs) continue;
      const known = this.writers.get(role.leaves);
      if (known) known.push(role);
      else this.writers.set(role.leaves, [role]);
    }
  }

  /** By invocation, and each once. */
  of(choice: readonly Operation[]): Operation[] {
    const kept = new Set(choice);
    const isOpaque = choice.some((operation) => this.isOpaque(operation));
    if (isOpaque || this.isOpenEnded) for (const update of this.updates) kept.add(update);
    else this.addSources(kept);
    return [...kept].sort((a, b) => a.call - b.call);
  }

  /** Whether it sees more than one state. */
  isOpaque(operation: Operation): boolean {
    const role = this.roleOf.get(operation);
    return role?.needs === undefined && role?.leaves === undefined;
  }

  private addSources(kept: Set<Operation>): void {
    const overwritten = latestOverwrite(
      [...kept].filter((operation) => {
        const role = this.roleOf.get(operation);
        return operation.return !== Infinity && role?.leaves !== role?.needs;
      }),
    );
    for (const operation of kept) {
      const needs = this.roleOf.get(operation)?.needs;
      if (needs === undefined) continue;
      const since = overwritten(operation.call);
      for (const { operation: writer } of this.writers.get(needs) ?? []) {
        // A Set is walked in the order of insertion, so what is added here is looked at too.
        if (writer.call < operation.return && writer.return >= since) kept.add(writer);
      }
    }
  }
}

/** For a moment: the latest call among updates that returned before it; what returned earlier is gone. */
function latestOverwrite(updates: readonly Operation[]): (moment: number) => number {
  const sorted = [...updates].sort((a, b) => a.return - b.return);
  const latest: number[] = [];
  for (const { call } of sorted) latest.push(Math.max(call, latest.at(-1) ?? -1));
  return (moment) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle].return < moment) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : latest[low - 1];
  };
}
