import { ClientError, type Completion, type Invocation } from '../contracts/client.js';
import type { Next, Source } from '../contracts/generator.js';
import type { Timer } from '../environment/environment.js';
import { TIMEOUT } from '../history/event.js';
import type { UnrecordedEvent } from '../history/recorder.js';
import { instantIn } from '../environment/elapsed.js';
import { createLoadCounters, type LoadCounters, openOperations } from './counters.js';
import { Crew } from './crew.js';
import { Deadlines } from './deadlines.js';
import { IdleWorkers } from './idle.js';
import type { LoadOptions, LoadResult } from './options.js';
import { invokeClient, type OpenOperation, type Worker } from './worker.js';

/** The code of an operation that was still open when the load was stopped. */
const ABORTED = 'aborted';

/** A client that keeps its word throws its own timeout before the scheduler gives it up. */
const TIMEOUT_GRACE_MS = 100;
const DRAIN_MS = 1_000;
/** Operations after which the event loop turns once, even where clients answer without waiting. */
const OPERATIONS_PER_TURN = 256;

/** One load while it runs; see `runLoad`. */
export class Load {
  private readonly counters: LoadCounters;
  private readonly startNs: number;
  private readonly source: Source;
  private readonly crew: Crew;
  private readonly idle: IdleWorkers;
  private readonly deadlines: Deadlines;
  /** Workers that the generator has not told to stop. */
  private atWork = 0;
  private pumpComing = false;
  private sinceTurn = 0;
  private state: 'running' | 'draining' | 'ended' = 'running';
  private aborted = false;
  private failure: { error: unknown } | undefined;
  private drainTimer: Timer | undefined;

  constructor(
    private readonly options: LoadOptions,
    private readonly resolve: (result: LoadResult) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    this.counters = options.counters ?? createLoadCounters();
    this.startNs = options.clock.now();
    this.crew = new Crew(options);
    const { threads, workers } = this.crew;
    this.source = options.generator.start(options.random, threads);
    this.idle = new IdleWorkers(options.clock, this.startNs, () => this.pumpInTurn());
    this.deadlines = new Deadlines(options.clock, workers, (worker) => this.expire(worker));
  }

  begin(): void {
    const { signal } = this.options;
    const { workers } = this.crew;
    this.guard(() => this.crew.connectAll());
    this.atWork = workers.length;
    for (const worker of workers) this.idle.add(worker);
    signal?.addEventListener('abort', this.onAbort, { once: true });
    if (signal?.aborted) this.onAbort();
    this.pump();
  }

  /** Asks every worker that can be asked, until all of them have an operation or must wait. */
  private pump(): void {
    this.pumpComing = false;
    this.guard(() => {
      while (this.state === 'running') {
        const batch = this.idle.takeReady();
        if (batch.length === 0) break;
        for (const worker of batch) this.ask(worker);
        if (this.sinceTurn >= OPERATIONS_PER_TURN) return this.pumpSoon();
      }
      this.refuseStall();
    });
    this.endIfDone();
  }

  private ask(worker: Worker): void {
    if (this.state !== 'running') return;
    worker.asked++;
    const { planned } = worker;
    worker.planned = undefined;
    const now = this.options.clock.now() - this.startNs;
    if (planned) this.invoke(worker, planned);
    else this.obey(worker, this.source.next(worker.thread, now), now);
  }

  private obey(worker: Worker, next: Next, now: number): void {
    // Two that wait for each other do not move each other by asking again.
    if (next.kind !== 'pending' || next.moved) this.idle.stir();
    switch (next.kind) {
      case 'operation':
        if (next.time <= now) return this.invoke(worker, next.invocation);
        worker.planned = next.invocation;
        return this.idle.wakeAt(worker, next.time);
      case 'waiting':
        return this.idle.wakeAt(worker, next.until);
      case 'pending':
        this.idle.park(worker);
        if (next.until !== undefined) this.idle.wakeAt(worker, next.until);
        return;
      case 'done':
        this.atWork--;
    }
  }

  private invoke(worker: Worker, invocation: Invocation): void {
    const { clock, operationTimeoutMs } = this.options;
    const { f, key, value } = invocation;
    this.sinceTurn++;
    this.record(worker, { type: 'invoke', f, key, value });
    this.counters.invoked++;
    const deadline = instantIn(clock, operationTimeoutMs + TIMEOUT_GRACE_MS);
    const open: OpenOperation = { invocation, deadline };
    worker.open = open;
    this.deadlines.watch(deadline);
    invokeClient(worker.connected, invocation, operationTimeoutMs).then(
      (completion) => this.complete(worker, open, completion),
      (error: unknown) => this.complete(worker, open, this.options.classify(error, f)),
    );
  }

  /** Ends an operation, unless it has ended before: a late answer changes nothing. */
  private complete(worker: Worker, open: OpenOperation, completion: Completion): void {
    if (worker.open !== open) return;
    worker.open = undefined;
    const { f, key } = open.invocation;
    const { type, value, error, meta } = completion;
    this.counters[type]++;
    this.guard(() => {
      this.record(worker, { type, f, key, value, error, meta });
      if (type === 'info') this.replaceProcess(worker);
    });
    this.idle.stir();
    if (this.state === 'running') this.idle.add(worker);
    this.pumpSoon();
  }

  private expire(worker: Worker): void {
    const { operationTimeoutMs } = this.options;
    const error = new ClientError(TIMEOUT, `no answer within ${operationTimeoutMs} ms`);
    this.giveUp(worker, error);
  }

  /** Ends an open operation without its client, which cannot be used again: it still owes an answer. */
  private giveUp(worker: Worker, error: ClientError): void {
    const { open, process } = worker;
    if (!open) return;
    this.complete(worker, open, this.options.classify(error, open.invocation.f));
    if (worker.process === process) this.guard(() => this.reconnect(worker));
  }

  private replaceProcess(worker: Worker): void {
    this.crew.replaceProcess(worker);
    this.reconnect(worker);
  }

  private reconnect(worker: Worker): void {
    if (this.state === 'running') this.crew.reconnect(worker);
  }

  private record(worker: Worker, event: Omit<UnrecordedEvent, 'process' | 'node'>): void {
    const { recorder, onEvent } = this.options;
    const recorded = recorder.record({
      process: worker.process,
      type: event.type,
      f: event.f,
      key: event.key,
      value: event.value,
      node: worker.connected.node,
      error: event.error,
      meta: event.meta,
    });
    this.source.observe?.(recorded, worker.thread);
    onEvent?.(recorded);
    if (recorder.failure) throw recorder.failure;
  }

  private pumpSoon(): void {
    if (this.pumpComing) return;
    this.pumpComing = true;
    if (this.sinceTurn >= OPERATIONS_PER_TURN) {
      this.options.clock.setTimer(() => this.pumpInTurn(), 0);
    } else {
      queueMicrotask(() => this.pump());
    }
  }

  /** The pump of a new turn of the event loop: timers, sockets and signals have had theirs. */
  private pumpInTurn(): void {
    this.sinceTurn = 0;
    this.pump();
  }

  private refuseStall(): void {
    const nothingComes = this.idle.onlyWait && openOperations(this.counters) === 0;
    if (this.state === 'running' && nothingComes) {
      throw new Error('the generator has stalled: every thread waits, and nothing is under way');
    }
  }

  private readonly onAbort = (): void => {
    this.aborted = true;
    this.stop();
  };

  /** Runs what may throw; a failure stops the load, and the first one is what it rejects with. */
  private guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.failure ??= { error };
      this.stop();
    }
  }

  /** Nothing new begins; what is open has a while to end, and is then given up. */
  private stop(): void {
    if (this.state !== 'running') return;
    this.state = 'draining';
    this.idle.forgetTimes();
    const { clock, drainMs = DRAIN_MS } = this.options;
    this.drainTimer = clock.setTimer(() => {
      const error = new ClientError(ABORTED, 'the load was stopped before an answer came');
      for (const worker of this.crew.workers) this.giveUp(worker, error);
    }, drainMs);
    this.pumpSoon();
  }

  private endIfDone(): void {
    const done = this.state === 'running' ? this.atWork === 0 : openOperations(this.counters) === 0;
    if (this.state === 'ended' || !done) return;
    this.state = 'ended';
    const { clock, recorder, signal } = this.options;
    if (this.drainTimer) clock.clearTimer(this.drainTimer);
    this.idle.forgetTimes();
    this.deadlines.stop();
    signal?.removeEventListener('abort', this.onAbort);
    recorder.flush();
    void this.crew.close().then(() => this.settle());
  }

  private settle(): void {
    const { counters, aborted } = this;
    const { nextProcess } = this.crew;
    if (this.failure) this.reject(this.failure.error);
    else this.resolve({ counters, nextProcess, aborted });
  }
}
