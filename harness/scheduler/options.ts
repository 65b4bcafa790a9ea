import type { Completion } from '../contracts/client.js';
import type { Generator } from '../contracts/generator.js';
import type { Clock } from '../environment/environment.js';
import type { Random } from '../environment/random.js';
import type { HistoryEvent } from '../history/event.js';
import type { UnrecordedEvent } from '../history/recorder.js';
import type { LoadCounters } from './counters.js';
import type { ConnectedClient } from './worker.js';

/** What the scheduler needs of a `HistoryRecorder`. */
export interface EventRecorder {
  record(event: UnrecordedEvent): HistoryEvent;
  flush(): void;
  /** Set when events can no longer be written: the load stops and fails with it. */
  readonly failure?: Error | undefined;
}

export interface LoadOptions {
  generator: Generator;
  /** A fresh client for a process of a thread; called again for each process that follows. */
  clients(thread: number, process: number): ConnectedClient;
  recorder: EventRecorder;
  clock: Clock;
  random: Random;
  concurrency: number;
  operationTimeoutMs: number;
  /** What an error stands for; see `classifyError` in contracts/client.ts. */
  classify(error: unknown, f: string): Completion;
  /** Aborted: nothing new begins, and what is open has `drainMs` to end. */
  signal?: AbortSignal;
  /** Milliseconds, 1,000 by default. */
  drainMs?: number;
  /** The process that thread 0 begins as; of a second load in one history, the first one's `nextProcess`. */
  firstProcess?: number;
  /** Counts as it goes; one of one's own can be polled. */
  counters?: LoadCounters;
  onEvent?(event: HistoryEvent): void;
}

export interface LoadResult {
  counters: LoadCounters;
  /** No process of this number or above was used. */
  nextProcess: number;
  /** Whether it was stopped by the signal and not by the generator's end. */
  aborted: boolean;
}
