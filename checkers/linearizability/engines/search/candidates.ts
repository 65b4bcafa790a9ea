import type { Budget } from '../../core/budget.js';
import { IMPOSSIBLE, type Machine } from '../../core/machine.js';
import type { Configuration } from './configuration.js';
import { NO_RETURN, type Timeline } from './timeline.js';

/**
 * Which operations may take effect next when one (`blocked`) has to before it returns. Not all that are
 * open: what is left out is never needed.
 * - Of operations of one class, only the one that returns first: exchanging it with another that takes
 *   effect before it respects every call and every return.
 * - Crashed ones only where something open could come right after them that a plain write does not make
 *   irrelevant: an order in which a plain write follows is one without the crashed operation.
 * - None that leaves the state while an operation to come needs it and none brings it back.
 */
export class Candidates {
  readonly list: Int32Array;
  count = 0;
  private readonly machine: Machine;
  private readonly timeline: Timeline;
  private readonly configuration: Configuration;
  private readonly budget: Budget;
  /** By class: when its first open operation returns, as of `stamp`. */
  private readonly firstReturn: Int32Array;
  private readonly classStamp: Int32Array;
  private stamp = 0;
  /** Crashed operations by the state that they leave, in call order: heads by state, then links. */
  private readonly crashedHead: Int32Array;
  private readonly crashedNext: Int32Array;
  private readonly leavesKnown: boolean;
  private readonly wanted: Int32Array;
  private readonly wantedStamp: Int32Array;

  constructor(machine: Machine, timeline: Timeline, configuration: Configuration, budget: Budget) {
    const count = timeline.slotOf.length;
    this.machine = machine;
    this.timeline = timeline;
    this.configuration = configuration;
    this.budget = budget;
    this.list = new Int32Array(count);
    this.firstReturn = new Int32Array(machine.classCount);
    this.classStamp = new Int32Array(machine.classCount);
    this.crashedHead = new Int32Array(machine.stateCount).fill(-1);
    this.crashedNext = new Int32Array(count).fill(-1);
    this.wanted = new Int32Array(machine.stateCount);
    this.wantedStamp = new Int32Array(machine.stateCount);
    let known = true;
    for (let i = count - 1; i >= 0; i--) {
      if (timeline.slotOf[i] >= 0) continue;
      const left = machine.leaves[machine.classOf[i]];
      if (left === IMPOSSIBLE) known = false;
      else [this.crashedNext[i], this.crashedHead[left]] = [this.crashedHead[left], i];
    }
    this.leavesKnown = known;
  }

  /** Fills `list` for the configuration as it is, the most promising first. */
  collect(blocked: number): void {
    this.stamp++;
    this.count = 0;
    const { openIn, taken } = this.configuration;
    for (let slot = 0; slot < openIn.length; slot++) {
      const operation = openIn[slot];
      if (operation >= 0 && taken[operation] === 0) this.noteReturn(operation);
    }
    for (let slot = 0; slot < openIn.length; slot++) {
      const operation = openIn[slot];
      if (operation >= 0 && taken[operation] === 0 && this.isFirst(operation))
        this.propose(operation);
    }
    this.collectCrashed();
    this.sort(blocked);
  }

  private noteReturn(operation: number): void {
    const operationClass = this.machine.classOf[operation];
    const at = this.timeline.returnAt[operation];
    if (this.classStamp[operationClass] === this.stamp && this.firstReturn[operationClass] <= at)
      return;
    this.classStamp[operationClass] = this.stamp;
    this.firstReturn[operationClass] = at;
  }

  private isFirst(operation: number): boolean {
    return this.firstReturn[this.machine.classOf[operation]] === this.timeline.returnAt[operation];
  }

  private propose(operation: number): void {
    const { machine, configuration } = this;
    const transition = machine.transition(configuration.state, machine.classOf[operation]);
    if (transition === IMPOSSIBLE) return;
    if (transition !== configuration.state && configuration.strands(operation)) return;
    this.list[this.count++] = operation;
  }

  private collectCrashed(): void {
    const { configuration } = this;
    if (configuration.crashedCount === 0) return;
    if (!this.leavesKnown || this.somethingWantsChange()) {
      for (let i = 0; i < configuration.crashedCount; i++)
        this.proposeCrashed(configuration.crashed[i]);
      return;
    }
    let wanted = this.wantStates();
    for (let i = 0; i < wanted; i++) {
      const state = this.wanted[i];
      for (let each = this.crashedHead[state]; each >= 0; each = this.crashedNext[each]) {
        if (!configuration.wasCalled(each)) break;
        if (configuration.taken[each] === 1) continue;
        const needed = this.machine.needs[this.machine.classOf[each]];
        if (needed !== IMPOSSIBLE) wanted = this.want(needed, wanted);
        this.proposeCrashed(each);
      }
    }
  }

  private proposeCrashed(operation: number): void {
    const { machine, configuration } = this;
    this.budget.work();
    if (configuration.taken[operation] === 1) return;
    const operationClass = machine.classOf[operation];
    if (this.classStamp[operationClass] === this.stamp) return;
    if (machine.transition(configuration.state, operationClass) === configuration.state) return;
    this.classStamp[operationClass] = this.stamp;
    this.firstReturn[operationClass] = NO_RETURN;
    this.propose(operation);
  }

  /** Whether an open operation that needs no certain state waits for another state than this. */
  private somethingWantsChange(): boolean {
    const { openIn, taken } = this.configuration;
    const { machine } = this;
    return openIn.some((operation) => {
      if (operation < 0 || taken[operation] === 1) return false;
      const operationClass = machine.classOf[operation];
      if (machine.needs[operationClass] !== IMPOSSIBLE) return false;
      return machine.leaves[operationClass] === IMPOSSIBLE;
    });
  }

  private wantStates(): number {
    let count = 0;
    const { openIn, taken } = this.configuration;
    for (const operation of openIn) {
      if (operation < 0 || taken[operation] === 1) continue;
      const needed = this.machine.needs[this.machine.classOf[operation]];
      if (needed !== IMPOSSIBLE) count = this.want(needed, count);
    }
    return count;
  }

  private want(state: number, count: number): number {
    if (this.wantedStamp[state] === this.stamp) return count;
    this.wantedStamp[state] = this.stamp;
    this.wanted[count] = state;
    return count + 1;
  }

  /** First the blocked one, then what leaves the state that it needs, then by return. */
  private sort(blocked: number): void {
    if (this.count < 2) return;
    const { machine, timeline, list } = this;
    const needed = machine.needs[machine.classOf[blocked]];
    const rank = (operation: number): number => {
      if (operation === blocked) return -2;
      const helps = needed !== IMPOSSIBLE && machine.leaves[machine.classOf[operation]] === needed;
      return helps ? -1 : timeline.returnAt[operation];
    };
    for (let i = 1; i < this.count; i++) {
      const operation = list[i];
      const own = rank(operation);
      let at = i;
      while (at > 0 && rank(list[at - 1]) > own) {
        list[at] = list[at - 1];
        at--;
      }
      list[at] = operation;
    }
  }
}
