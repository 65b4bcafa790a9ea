import type { Clock } from '../../../harness/environment/environment.js';
import type { HistoryEvent, ProcessId } from '../../../harness/history/event.js';
import type { Operation } from '../../../harness/history/operation.js';
import type { Verdict } from '../../../harness/verdict.js';
import { describeOperation, type AnyModel } from '../../models/model.js';
import { findModel } from '../door/checker.js';
import { matters } from '../core/preparation.js';
import { Frontier } from './frontier.js';

/** The first operation that no order of what happened until then explains. */
export interface OnlineViolation {
  key: string | null;
  operation: Operation;
  /** The index and the time of the return that cannot be explained. */
  index: number;
  time: number;
  sentence: string;
}

export interface OnlineOptions {
  /** A name of `MODELS`, or a model of the user's own. */
  model: string | AnyModel;
  clock: Clock;
  /** Called once, at the first violation. */
  onViolation?: (violation: OnlineViolation) => void;
  /** Possibilities kept for a key (10,000 where absent); a key that needs more is left to the end. */
  maxPossibilities?: number;
}

export interface OnlineStatus {
  /** Events judged, and events that wait: for the answer to an operation called before them, or for time. */
  judged: number;
  waiting: number;
  /** Possibilities and open operations that are remembered, over all keys. */
  kept: number;
  /** Keys that became too hard to follow. */
  keysGivenUp: number;
  violation: OnlineViolation | undefined;
}

/**
 * Judges a history while it is made. An operation's part in it is known only when it was answered, so events
 * wait for that, and are judged in slices of a few milliseconds in between other work. Memory is bounded by
 * what is in flight, the possibilities kept, and the operations that crashed.
 *
 * A violation here is one for the checker at the end, and the other way round for keys not given up.
 */
export interface OnlineChecker {
  /** Takes the next event of the history. */
  observe(event: HistoryEvent): void;
  status(): OnlineStatus;
  /** Judges everything that waits; what was never answered counts as crashed. `unknown` with keys given up. */
  finish(): Promise<Verdict>;
  /** Forgets everything and judges no more. */
  stop(): void;
}

/** How long a slice may take. */
const SLICE_NS = 5e6;
/** With more than this waiting, judging cannot keep up and is left to the end. */
const MAX_WAITING = 1_000_000;

export function createOnlineChecker(options: OnlineOptions): OnlineChecker {
  return new BackgroundChecker(options);
}

/** An operation as events tell it: `isAnswered` once its completion was seen. */
interface Pending {
  operation: Operation;
  isAnswered: boolean;
}

class BackgroundChecker implements OnlineChecker {
  private readonly model: AnyModel;
  private readonly clock: Clock;
  private readonly options: OnlineOptions;
  private readonly pending = new Map<ProcessId, Pending>();
  /** Calls and returns in their order; `head` is the next one to judge. */
  private queue: { pending: Pending; isCall: boolean }[] = [];
  private head = 0;
  /** By part; null where the part was given up. */
  private readonly frontiers = new Map<string | null, Frontier | null>();
  private judged = 0;
  private violation: OnlineViolation | undefined;
  private isScheduled = false;
  private isStopped = false;

  constructor(options: OnlineOptions) {
    this.options = options;
    this.model = findModel(options.model);
    this.clock = options.clock;
  }

  observe(event: HistoryEvent): void {
    if (this.isStopped || event.process === 'nemesis') return;
    if (event.type === 'invoke') {
      const each = { operation: beginOperation(event), isAnswered: false };
      this.pending.set(event.process, each);
      this.queue.push({ pending: each, isCall: true });
    } else {
      const each = this.pending.get(event.process);
      if (!each) return;
      this.pending.delete(event.process);
      endOperation(each.operation, event);
      each.isAnswered = true;
      if (each.operation.return !== Infinity) this.queue.push({ pending: each, isCall: false });
    }
    if (this.queue.length - this.head > MAX_WAITING) this.stop();
    else this.schedule();
  }

  status(): OnlineStatus {
    const frontiers = [...this.frontiers.values()];
    return {
      judged: this.judged,
      waiting: this.queue.length - this.head,
      kept: frontiers.reduce((sum, each) => sum + (each?.size ?? 0), 0),
      keysGivenUp: frontiers.filter((each) => each === null).length,
      violation: this.violation,
    };
  }

  async finish(): Promise<Verdict> {
    for (const each of this.pending.values()) each.isAnswered = true;
    this.pending.clear();
    while (this.head < this.queue.length && !this.isStopped) {
      this.judgeSlice();
      await this.clock.sleep(0);
    }
    if (this.violation) return 'invalid';
    const isWhole = !this.isStopped && this.status().keysGivenUp === 0;
    return isWhole ? 'valid' : 'unknown';
  }

  stop(): void {
    this.isStopped = true;
    this.queue = [];
    this.head = 0;
    this.frontiers.clear();
    this.pending.clear();
  }

  private schedule(): void {
    if (this.isScheduled || this.violation || !this.queue[this.head]?.pending.isAnswered) return;
    this.isScheduled = true;
    this.clock.setTimer(() => {
      this.isScheduled = false;
      this.judgeSlice();
      this.schedule();
    }, 0);
  }

  private judgeSlice(): void {
    const end = this.clock.now() + SLICE_NS;
    while (this.head < this.queue.length && this.queue[this.head].pending.isAnswered) {
      const { pending, isCall } = this.queue[this.head++];
      this.judge(pending.operation, isCall);
      this.judged++;
      if (this.violation || this.isStopped) this.head = this.queue.length;
      if ((this.judged & 63) === 0 && this.clock.now() >= end) break;
    }
    // What was judged is let go of now and then, so that each event is moved a few times at most.
    if (this.head > 1024 && this.head * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
  }

  /** Where a user's model throws there is nothing more to be said: the checker at the end says on what. */
  private judge(operation: Operation, isCall: boolean): void {
    try {
      this.follow(operation, isCall);
    } catch {
      this.stop();
    }
  }

  private follow(operation: Operation, isCall: boolean): void {
    const { model } = this;
    if (!matters(model, operation)) return;
    const key = model.partition ? model.partition(operation) : (operation.key ?? null);
    let frontier = this.frontiers.get(key);
    if (frontier === null) return;
    if (!frontier) {
      frontier = new Frontier(model, this.options.maxPossibilities ?? 10_000);
      this.frontiers.set(key, frontier);
    }
    if (isCall) frontier.call(operation);
    else {
      const isPossible = frontier.return(operation);
      if (isPossible === undefined) this.frontiers.set(key, null);
      else if (!isPossible) this.report(key, operation);
    }
  }

  private report(key: string | null, operation: Operation): void {
    const where = key === null ? '' : ` on key ${JSON.stringify(key)}`;
    const sentence =
      `${describeOperation(this.model, operation)} by process ${operation.process}${where} ` +
      `cannot be explained by anything that happened before it returned`;
    const { return: index, endTime: time } = operation;
    this.violation = { key, operation, index, time, sentence };
    this.options.onViolation?.(this.violation);
  }
}

function beginOperation(event: HistoryEvent): Operation {
  return {
    process: event.process,
    f: event.f,
    key: event.key,
    input: event.value ?? null,
    type: 'info',
    call: event.index,
    return: Infinity,
    startTime: event.time,
    endTime: Infinity,
    node: event.node,
  };
}

function endOperation(operation: Operation, event: HistoryEvent): void {
  operation.error = event.error;
  if (event.type === 'info' || event.type === 'invoke') return;
  operation.type = event.type;
  operation.return = event.index;
  operation.endTime = event.time;
  operation.output = event.value;
}
