import type { Operation } from '../../../harness/history/operation.js';
import { classOf, isObserver, type AnyModel } from '../../models/model.js';

/** An operation as the frontier keeps it while it can still take effect. */
interface OpenOperation {
  operation: Operation;
  class: string;
  isObserver: boolean;
  /** Keys of the one state that it needs and of the one that it leaves, where the model can tell. */
  needs: string | undefined;
  leaves: string | undefined;
}

/** One way in which everything until now can have happened: a state, and which open ones did already. */
interface Possibility {
  state: unknown;
  stateKey: string;
  taken: ReadonlySet<OpenOperation>;
}

/**
 * Every possibility after the events so far: a just-in-time search in breadth (Lowe, 2017), which needs
 * nothing but the frontier, so its memory does not grow with the history. It takes operations whose answer
 * is known already, in the order of their calls and returns.
 */
export class Frontier {
  private readonly model: AnyModel;
  private readonly maximum: number;
  private readonly open = new Map<Operation, OpenOperation>();
  private possibilities: Possibility[];

  /** @param maximum of possibilities, beyond which it gives up */
  constructor(model: AnyModel, maximum: number) {
    this.model = model;
    this.maximum = maximum;
    const state = model.initial;
    this.possibilities = [{ state, stateKey: model.stateKey(state), taken: new Set() }];
  }

  /** How much there is to remember. */
  get size(): number {
    return this.possibilities.length + this.open.size;
  }

  call(operation: Operation): void {
    const { model } = this;
    const key = (state: unknown): string | undefined =>
      state === undefined ? undefined : model.stateKey(state);
    const opened: OpenOperation = {
      operation,
      class: classOf(model, operation),
      isObserver: isObserver(model, operation),
      needs: key(model.needs?.(operation)),
      leaves: key(model.leaves?.(operation)),
    };
    this.open.set(operation, opened);
    if (!opened.isObserver) return;
    this.possibilities = this.possibilities.map((each) =>
      this.fits(each, opened) ? { ...each, taken: new Set(each.taken).add(opened) } : each,
    );
  }

  /** False where nothing is left that explains the history; undefined where it gives up. */
  return(operation: Operation): boolean | undefined {
    const returned = this.open.get(operation);
    if (returned === undefined) throw new RangeError('an operation returned that was never called');
    this.open.delete(operation);
    const survivors = new Map<string, Possibility>();
    const seen = new Set<string>();
    const stack = [...this.possibilities];
    const crashed = this.usefulCrashed(returned);
    for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
      if (each.taken.has(returned)) {
        const taken = new Set(each.taken);
        taken.delete(returned);
        const survivor = { ...each, taken };
        survivors.set(this.name(survivor), survivor);
        continue;
      }
      const name = this.name(each);
      if (seen.has(name)) continue;
      seen.add(name);
      if (seen.size + survivors.size > this.maximum) return undefined;
      stack.push(...this.successors(each, returned, crashed));
    }
    this.possibilities = this.forgetTaken([...survivors.values()]);
    return this.possibilities.length > 0;
  }

  private successors(
    from: Possibility,
    returned: OpenOperation,
    crashed: readonly OpenOperation[],
  ): Possibility[] {
    const next: Possibility[] = [];
    for (const each of this.firstOfClasses(from, returned, crashed)) {
      for (const state of this.model.step(from.state, each.operation)) {
        const stateKey = this.model.stateKey(state);
        const isCrashed = each.operation.return === Infinity;
        if (isCrashed && stateKey === from.stateKey) continue;
        const taken = new Set(from.taken).add(each);
        const possibility = { state, stateKey, taken };
        for (const other of [returned, ...this.open.values()]) {
          if (other.isObserver && !taken.has(other) && this.fits(possibility, other))
            taken.add(other);
        }
        next.push(possibility);
      }
    }
    return next;
  }

  /** Of operations of one class that are not taken, the one that returns first: see `Candidates`. */
  private firstOfClasses(
    from: Possibility,
    returned: OpenOperation,
    crashed: readonly OpenOperation[],
  ): Iterable<OpenOperation> {
    const first = new Map<string, OpenOperation>();
    const consider = (each: OpenOperation): void => {
      if (from.taken.has(each)) return;
      const known = first.get(each.class);
      if (!known || each.operation.return < known.operation.return) first.set(each.class, each);
    };
    consider(returned);
    for (const each of this.open.values()) if (each.operation.return !== Infinity) consider(each);
    for (const each of crashed) consider(each);
    return first.values();
  }

  /** Crashed operations that something open could want to have happened: see `Candidates`. */
  private usefulCrashed(returned: OpenOperation): OpenOperation[] {
    const open = [...this.open.values(), returned];
    const crashed = open.filter(({ operation }) => operation.return === Infinity);
    if (crashed.length === 0) return crashed;
    const asksForAny = open.some(
      ({ needs, leaves }) => needs === undefined && leaves === undefined,
    );
    if (asksForAny) return crashed;
    const wanted = new Set(open.map(({ needs }) => needs));
    return crashed.filter(({ leaves }) => leaves === undefined || wanted.has(leaves));
  }

  /** What every possibility has taken is over, though it never returned. */
  private forgetTaken(possibilities: Possibility[]): Possibility[] {
    const over = [...this.open.values()].filter(
      (each) =>
        each.operation.return === Infinity && possibilities.every(({ taken }) => taken.has(each)),
    );
    if (over.length === 0 || possibilities.length === 0) return possibilities;
    for (const { operation } of over) this.open.delete(operation);
    return possibilities.map((each) => ({
      ...each,
      taken: new Set([...each.taken].filter((taken) => !over.includes(taken))),
    }));
  }

  private fits({ state }: Possibility, { operation }: OpenOperation): boolean {
    return this.model.step(state, operation).length > 0;
  }

  private name({ stateKey, taken }: Possibility): string {
    const calls = [...taken].map(({ operation }) => operation.call).sort((a, b) => a - b);
    return `${calls.join()} ${stateKey}`;
  }
}
