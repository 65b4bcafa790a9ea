import { OutOfBudget, type Budget } from '../../core/budget.js';
import type { Answer, Engine, Question } from '../../core/engine.js';
import { IMPOSSIBLE, Machine, mixPair } from '../../core/machine.js';
import { EntryList } from './entry-list.js';
import { VisitedSet } from './visited-set.js';

/**
 * The search of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993) with Lowe's cache of
 * configurations ("Testing for Linearizability", 2017), as Porcupine does it, for any model. It differs:
 * - A configuration is known by a 64-bit Zobrist hash of the linearized set, the set's size, and the
 *   state: four words, whatever the number of operations. Two different sets are taken for one with a
 *   chance of about c² / 2^65 for c configurations.
 * - An operation that never returned may be taken at any time and need not be. Among those of one class
 *   only the first is tried, since exchanging two of them changes nothing; and one that would leave the
 *   state as it is never helps.
 */
export const general: Engine = {
  name: 'general',
  description:
    'depth-first search after Wing, Gong and Lowe over whole histories; right for every model',
  serves: () => true,
  check: (question, budget) => new GeneralSearch(question, budget).run(),
};

/**
 * The same search to its end, or the budget's: for each operation, the longest order found that holds it, as
 * in Porcupine. Orders of operations (indexes), longest first, none a double of another.
 */
export function findPartials(question: Question, budget: Budget): number[][] {
  const longest: (number[] | undefined)[] = [];
  try {
    new GeneralSearch(question, budget, longest).run();
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
  }
  const orders = new Map<string, number[]>();
  for (const order of longest) if (order) orders.set(order.join(), order);
  return [...orders.values()].sort((a, b) => b.length - a.length);
}

class GeneralSearch {
  private readonly question: Question;
  private readonly budget: Budget;
  /** Of each operation, the longest order found that holds it, where somebody wants to know. */
  private readonly longest: (number[] | undefined)[] | undefined;
  private readonly machine: Machine;
  private readonly list: EntryList;
  private readonly visited: VisitedSet;
  private readonly taken: Uint8Array;
  /** Of each crashed operation, the crashed one before it in its class; −1 where there is none. */
  private readonly twin: Int32Array;
  private readonly record = new Int32Array(4);
  /** The operations taken, which of its model's choices each was, and the state before it. */
  private readonly order: Int32Array;
  private readonly choices: Int32Array;
  private readonly statesBefore: Int32Array;
  private depth = 0;
  private state = 0;
  private definiteLeft = 0;
  private bestDepth = 0;

  constructor(question: Question, budget: Budget, longest?: (number[] | undefined)[]) {
    const { operations, model } = question;
    const count = operations.length;
    this.question = question;
    this.budget = budget;
    this.longest = longest;
    budget.allocate(48 * count);
    this.machine = new Machine(model, operations, budget);
    this.list = new EntryList(operations);
    this.visited = new VisitedSet(4, budget);
    this.taken = new Uint8Array(count);
    this.twin = new Int32Array(count).fill(-1);
    this.order = new Int32Array(count);
    this.choices = new Int32Array(count);
    this.statesBefore = new Int32Array(count);
    this.pairTwins();
  }

  run(): Answer {
    const { list, budget } = this;
    let entry = list.next[0];
    let choice = 0;
    while (this.definiteLeft > 0) {
      if (!budget.spend()) return { verdict: 'unknown', reason: budget.stopped ?? 'steps' };
      const event = entry === list.end ? -1 : list.event[entry];
      if (event >= 0) {
        if (this.take(event, choice)) {
          entry = list.next[0];
          choice = 0;
        } else if (this.hasChoice(event, choice + 1)) {
          choice++;
        } else {
          entry = list.next[entry];
          choice = 0;
        }
        continue;
      }
      if (this.longest) this.note(this.longest);
      if (this.depth === 0) return { verdict: 'invalid' };
      const last = this.takeBack();
      entry = list.callOf(last.operation);
      choice = last.choice + 1;
    }
    return { verdict: 'valid', linearization: () => this.order.subarray(0, this.depth) };
  }

  private pairTwins(): void {
    const { operations } = this.question;
    const lastOfClass = new Map<number, number>();
    for (let i = 0; i < operations.length; i++) {
      if (operations[i].return !== Infinity) {
        this.definiteLeft++;
        continue;
      }
      const operationClass = this.machine.classOf[i];
      this.twin[i] = lastOfClass.get(operationClass) ?? -1;
      lastOfClass.set(operationClass, i);
    }
  }

  private hasChoice(operation: number, choice: number): boolean {
    const transition = this.machine.transition(this.state, this.machine.classOf[operation]);
    return this.machine.successor(transition, choice) !== IMPOSSIBLE;
  }

  /** Lets the operation take effect now, if it can and leads to a configuration never seen. */
  private take(operation: number, choice: number): boolean {
    const crashed = this.question.operations[operation].return === Infinity;
    if (crashed && this.twin[operation] >= 0 && this.taken[this.twin[operation]] === 0)
      return false;
    const transition = this.machine.transition(this.state, this.machine.classOf[operation]);
    const next = this.machine.successor(transition, choice);
    if (next === IMPOSSIBLE || (crashed && next === this.state)) return false;
    this.toggle(operation, 1);
    this.record[3] = next;
    if (!this.visited.add(this.record)) {
      this.toggle(operation, -1);
      return false;
    }
    this.order[this.depth] = operation;
    this.choices[this.depth] = choice;
    this.statesBefore[this.depth] = this.state;
    this.depth++;
    this.state = next;
    this.taken[operation] = 1;
    if (!crashed) this.definiteLeft--;
    this.list.lift(operation);
    if (this.depth > this.bestDepth) {
      this.bestDepth = this.depth;
      this.budget.longestPrefix = this.depth;
    }
    return true;
  }

  private takeBack(): { operation: number; choice: number } {
    this.depth--;
    const operation = this.order[this.depth];
    this.state = this.statesBefore[this.depth];
    this.taken[operation] = 0;
    if (this.question.operations[operation].return !== Infinity) this.definiteLeft++;
    this.list.putBack(operation);
    this.toggle(operation, -1);
    return { operation, choice: this.choices[this.depth] };
  }

  /** Adds the operation to the record's hash of the linearized set, or takes it out. */
  private toggle(operation: number, count: number): void {
    this.record[0] ^= mixPair(operation, 1);
    this.record[1] ^= mixPair(operation, 2);
    this.record[2] += count;
  }

  private note(longest: (number[] | undefined)[]): void {
    let copy: number[] | undefined;
    for (let i = 0; i < this.depth; i++) {
      const operation = this.order[i];
      if ((longest[operation]?.length ?? 0) >= this.depth) continue;
      longest[operation] = copy ??= [...this.order.subarray(0, this.depth)];
    }
  }
}
