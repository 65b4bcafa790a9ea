import type { ThreadId } from '../contracts/generator.js';
import type { LoadOptions } from './options.js';
import { closeQuietly, type Worker } from './worker.js';

const CLOSE_LIMIT_MS = 1_000;

/** The workers of one load, each with the process that it is now and the client that it talks through. */
export class Crew {
  readonly workers: Worker[] = [];
  readonly threads: readonly ThreadId[];
  /** No process of this number or above was used. */
  nextProcess: number;

  constructor(private readonly options: LoadOptions) {
    const { concurrency, firstProcess = 0 } = options;
    this.threads = Array.from({ length: concurrency }, (_, thread) => thread);
    this.nextProcess = firstProcess + concurrency;
  }

  /** A worker for each thread. Throws where a client cannot be made; those before it are there to be closed. */
  connectAll(): void {
    const { firstProcess = 0 } = this.options;
    for (const thread of this.threads) {
      const process = firstProcess + thread;
      const connected = this.options.clients(thread, process);
      const idle = { open: undefined, planned: undefined, asked: 0 };
      this.workers.push({ thread, process, connected, ...idle });
    }
  }

  /** What an operation that may still take effect demands: its process is never used again. */
  replaceProcess(worker: Worker): void {
    worker.process += this.options.concurrency;
    this.nextProcess = Math.max(this.nextProcess, worker.process + 1);
  }

  /** Another client than the one that it has. */
  reconnect(worker: Worker): void {
    void closeQuietly(worker.connected.client);
    worker.connected = this.options.clients(worker.thread, worker.process);
  }

  /** Bounded: a connection to a node that hangs may take its time to close. */
  async close(): Promise<void> {
    const closed = new AbortController();
    const closing = Promise.all(
      this.workers.map(({ connected }) => closeQuietly(connected.client)),
    );
    await Promise.race([
      closing.then(() => closed.abort()),
      this.options.clock.sleep(CLOSE_LIMIT_MS, closed.signal),
    ]);
  }
}
