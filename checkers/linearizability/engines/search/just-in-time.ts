import type { Budget } from '../../core/budget.js';
import type { Answer, Engine, Question } from '../../core/engine.js';
import { IMPOSSIBLE, Machine } from '../../core/machine.js';
import { Candidates } from './candidates.js';
import { Configuration } from './configuration.js';
import { buildTimeline, type Timeline } from './timeline.js';
import { VisitedSet } from './visited-set.js';

/**
 * Lowe's just-in-time linearization ("Testing for Linearizability", 2017): events pass one by one, and
 * operations take effect only when one is about to return and has not. What is left open is a mask of
 * slots, so a configuration does not grow with the history. `Candidates` says what may be left out, and
 * an observer that fits the state takes effect at once: later it could do nothing else.
 */
export const justInTime: Engine = {
  name: 'just-in-time',
  description: 'just-in-time search after Lowe, for every model',
  serves: () => true,
  check: (question, budget) => new JustInTimeSearch(question, budget).run(),
};

/** Words of a choice on the stack. */
const EVENT = 0;
const STATE = 1;
const TRAIL = 2;
const CANDIDATE = 3;
const CHOICE = 4;
const FRAME = 5;

class JustInTimeSearch {
  private readonly question: Question;
  private readonly budget: Budget;
  private readonly machine: Machine;
  private readonly timeline: Timeline;
  private readonly configuration: Configuration;
  private readonly candidates: Candidates;
  private readonly visited: VisitedSet;
  private stack = new Int32Array(FRAME * 64);
  private depth = 0;

  constructor(question: Question, budget: Budget) {
    const { model, operations } = question;
    this.question = question;
    this.budget = budget;
    budget.allocate(40 * operations.length);
    this.machine = new Machine(model, operations, budget);
    this.timeline = buildTimeline(operations, budget);
    this.configuration = new Configuration(this.machine, this.timeline, budget);
    this.candidates = new Candidates(this.machine, this.timeline, this.configuration, budget);
    this.visited = new VisitedSet(this.configuration.width, budget);
  }

  run(): Answer {
    const { configuration, budget } = this;
    let prefix = -1;
    if (!this.arrive()) return this.valid();
    for (;;) {
      if (!budget.spend()) return { verdict: 'unknown', reason: budget.stopped ?? 'steps' };
      if (configuration.event > prefix) {
        prefix = configuration.event;
        budget.longestPrefix = configuration.trailLength;
      }
      if (this.tryNext()) {
        if (!this.arrive()) return this.valid();
      } else if (--this.depth === 0) {
        return { verdict: 'invalid', stuckAt: this.returnAt(prefix) };
      }
    }
  }

  /** The position in the history of the return that is the event of this index. */
  private returnAt(event: number): number {
    return this.question.operations[~this.timeline.events[event]].return;
  }

  private valid(): Answer {
    const { trail, trailLength } = this.configuration;
    return { verdict: 'valid', linearization: () => trail.subarray(0, trailLength) };
  }

  /**
   * Goes on to the next operation that blocks; false at the end of the history. A configuration seen
   * before gets no choices.
   */
  private arrive(): boolean {
    const { configuration } = this;
    if (!configuration.advance()) return false;
    const base = FRAME * this.depth++;
    if (base + FRAME > this.stack.length) this.growStack();
    const isNew = this.visited.add(configuration.describe());
    this.stack[base + EVENT] = configuration.event;
    this.stack[base + STATE] = configuration.state;
    this.stack[base + TRAIL] = configuration.trailLength;
    this.stack[base + CANDIDATE] = isNew ? 0 : NO_MORE;
    this.stack[base + CHOICE] = 0;
    return true;
  }

  /** Takes the next candidate of the choice on top; false where there is none left. */
  private tryNext(): boolean {
    const { stack, configuration, candidates, machine } = this;
    const base = FRAME * (this.depth - 1);
    if (stack[base + CANDIDATE] === NO_MORE) return false;
    const state = stack[base + STATE];
    configuration.rewind(stack[base + EVENT], state, stack[base + TRAIL]);
    candidates.collect(~this.timeline.events[stack[base + EVENT]]);
    while (stack[base + CANDIDATE] < candidates.count) {
      const operation = candidates.list[stack[base + CANDIDATE]];
      const transition = machine.transition(state, machine.classOf[operation]);
      const next = machine.successor(transition, stack[base + CHOICE]++);
      if (next !== IMPOSSIBLE) {
        configuration.take(operation, next);
        return true;
      }
      stack[base + CANDIDATE]++;
      stack[base + CHOICE] = 0;
    }
    return false;
  }

  private growStack(): void {
    const bytes = 4 * this.stack.length;
    this.budget.allocate(2 * bytes);
    const grown = new Int32Array(2 * this.stack.length);
    grown.set(this.stack);
    this.stack = grown;
    this.budget.release(bytes);
  }
}

/** In place of a candidate's index: the configuration was seen before. */
const NO_MORE = -1;
