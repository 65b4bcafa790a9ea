import type { Operation } from '../../../harness/history/operation.js';
import { classOf, isObserver, type AnyModel } from '../../models/model.js';
import type { Budget } from './budget.js';
import { hooked, ModelError } from './model-error.js';

/** The transition that does not exist. */
export const IMPOSSIBLE = -1;
const UNKNOWN = -2;
const FIRST_LIST = -3;
/** Up to this many classes a state has a row of all its transitions. */
const DENSE_CLASSES = 256;
const FIRST_ROWS = 16;
/** A model's step is worth so many looks into a table. */
const WORK_PER_STEP = 8;

/**
 * A model as an automaton over small integers: states and operations' classes are interned, and each
 * transition is computed once. The initial state is 0.
 */
export class Machine {
  /** Of each operation, its class. */
  readonly classOf: Int32Array;
  readonly classCount: number;
  /** Of each class, 1 where none of its operations ever changes a state. */
  readonly observer: Uint8Array;
  /** Of each class, the one state that it needs, and the one that it leaves; `IMPOSSIBLE` where unknown. */
  readonly needs: Int32Array;
  readonly leaves: Int32Array;
  private readonly model: AnyModel;
  private readonly budget: Budget;
  private readonly states: unknown[] = [];
  private readonly stateIds = new Map<string, number>();
  private readonly samples: Operation[] = [];
  private readonly lists: number[][] = [];
  /** Where classes are few: a row for each state, of a transition for each class. */
  private rows = new Int32Array(0);
  /** Triples state, class, transition, in open addressing: for histories of many classes. */
  private table = new Int32Array(0);
  private tableSize = 0;

  constructor(model: AnyModel, operations: readonly Operation[], budget: Budget) {
    this.model = model;
    this.budget = budget;
    this.classOf = new Int32Array(operations.length);
    const classIds = new Map<string, number>();
    for (let i = 0; i < operations.length; i++) {
      budget.work();
      const name = hooked(model, operations[i], classOf);
      let id = classIds.get(name);
      if (id === undefined) {
        id = this.samples.push(operations[i]) - 1;
        classIds.set(name, id);
      }
      this.classOf[i] = id;
    }
    this.classCount = this.samples.length;
    this.observer = Uint8Array.from(this.samples, (sample) => Number(isObserver(model, sample)));
    if (this.classCount > DENSE_CLASSES) this.table = new Int32Array(3 << 10).fill(UNKNOWN);
    const initial = (): number => this.intern(model.initial);
    if (operations.length === 0) initial();
    else hooked(model, operations[0], initial);
    const number = (sample: Operation, name: 'needs' | 'leaves'): number =>
      hooked(model, sample, () => {
        const state = model[name]?.(sample);
        return state === undefined ? IMPOSSIBLE : this.intern(state);
      });
    this.needs = Int32Array.from(this.samples, (sample) => number(sample, 'needs'));
    this.leaves = Int32Array.from(this.samples, (sample) => number(sample, 'leaves'));
  }

  get stateCount(): number {
    return this.states.length;
  }

  /** `IMPOSSIBLE`, a state, or (below `IMPOSSIBLE`) the name of a list of several states. */
  transition(state: number, operationClass: number): number {
    const left = this.leaves[operationClass];
    if (left !== IMPOSSIBLE) {
      const needed = this.needs[operationClass];
      return needed === IMPOSSIBLE || needed === state ? left : IMPOSSIBLE;
    }
    if (this.table.length === 0) {
      const at = state * this.classCount + operationClass;
      if (this.rows[at] !== UNKNOWN) return this.rows[at];
      // A step may make a new state, and with it other rows.
      const next = this.step(state, operationClass);
      return (this.rows[at] = next);
    }
    const slot = this.find(state, operationClass);
    if (this.table[slot] === state) return this.table[slot + 2];
    const next = this.step(state, operationClass);
    this.remember(state, operationClass, next);
    return next;
  }

  /** The states that a transition leads to, whatever its form. */
  successors(transition: number): readonly number[] {
    if (transition === IMPOSSIBLE) return [];
    return transition >= 0 ? [transition] : this.lists[FIRST_LIST - transition];
  }

  /** The `choice`-th state that a transition leads to; `IMPOSSIBLE` where there are no more. */
  successor(transition: number, choice: number): number {
    if (transition >= IMPOSSIBLE) return choice === 0 ? transition : IMPOSSIBLE;
    const list = this.lists[FIRST_LIST - transition];
    return choice < list.length ? list[choice] : IMPOSSIBLE;
  }

  describe(state: number): string {
    return this.model.describe(this.states[state]);
  }

  /** The number of a state; a new one where it was never seen. */
  intern(state: unknown): number {
    const key = this.model.stateKey(state);
    const known = this.stateIds.get(key);
    if (known !== undefined) return known;
    const id = this.states.push(state) - 1;
    this.stateIds.set(key, id);
    if (this.classCount <= DENSE_CLASSES && (id + 1) * this.classCount > this.rows.length)
      this.addRows(id + 1);
    return id;
  }

  private addRows(states: number): void {
    const old = this.rows;
    const doubled = Math.max(2 * old.length, FIRST_ROWS * this.classCount);
    // Without room for as many the search is about to stop: it needs no more than this one.
    const hasRoom = this.budget.allocate(4 * (doubled - old.length));
    const length = hasRoom ? doubled : states * this.classCount;
    this.rows = new Int32Array(length).fill(UNKNOWN, old.length);
    this.rows.set(old);
  }

  private step(state: number, operationClass: number): number {
    const value = this.states[state];
    const operation = this.samples[operationClass];
    this.budget.work(WORK_PER_STEP);
    try {
      const next = this.model.step(value, operation);
      if (!Array.isArray(next)) throw new TypeError('step did not give a list of states');
      if (next.length === 0) return IMPOSSIBLE;
      if (next.length === 1) return this.intern(next[0]);
      return FIRST_LIST - (this.lists.push(next.map((each) => this.intern(each))) - 1);
    } catch (error) {
      throw new ModelError(this.model, operation, error, value);
    }
  }

  private find(state: number, operationClass: number): number {
    const mask = this.table.length / 3 - 1;
    let at = mixPair(state, operationClass) & mask;
    while (
      this.table[3 * at] !== UNKNOWN &&
      (this.table[3 * at] !== state || this.table[3 * at + 1] !== operationClass)
    ) {
      at = (at + 1) & mask;
    }
    return 3 * at;
  }

  private remember(state: number, operationClass: number, next: number): void {
    if (2 * ++this.tableSize > this.table.length / 3) this.grow();
    const slot = this.find(state, operationClass);
    this.table[slot] = state;
    this.table[slot + 1] = operationClass;
    this.table[slot + 2] = next;
  }

  private grow(): void {
    const old = this.table;
    if (!this.budget.allocate(8 * old.length)) {
      // Without room for more, forgetting what is known costs time and nothing else.
      old.fill(UNKNOWN);
      this.tableSize = 1;
      return;
    }
    this.table = new Int32Array(2 * old.length).fill(UNKNOWN);
    for (let i = 0; i < old.length; i += 3) {
      if (old[i] === UNKNOWN) continue;
      const slot = this.find(old[i], old[i + 1]);
      this.table[slot] = old[i];
      this.table[slot + 1] = old[i + 1];
      this.table[slot + 2] = old[i + 2];
    }
    this.budget.release(4 * old.length);
  }
}

/** Spreads a pair of small integers over 32 bits (MurmurHash3's avalanche). */
export function mixPair(a: number, b: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}
