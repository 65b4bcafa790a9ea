import type { SyncDone } from '../../../harness/contracts/file-store.js';

/**
 * One thing after the other, on a disk whose first failure ends everything: actions in the order of their calls,
 * and between them jobs that take several syncs and have the disk for themselves.
 */
export class Turns {
  private failed = false;
  private syncsRunning = 0;
  /** While a job is set, running or waiting for the syncs that run, all else waits. */
  private job: (() => void) | null = null;
  private readonly waiting: (() => void)[] = [];
  private draining = false;

  /** @param onFailure called once; nothing is called back after it */
  constructor(private readonly onFailure: (error: Error) => void) {}

  /** Runs the action after all earlier ones, and not while a job has the disk for itself. */
  inTurn(action: () => void): void {
    this.waiting.push(action);
    if (!this.draining) this.drain();
  }

  /** Gives the disk to a job, as soon as no sync runs any more, until it calls `endJob`. */
  alone(job: () => void): void {
    this.job = () => {
      this.attempt(job);
    };
    if (this.syncsRunning === 0) this.job();
  }

  endJob(): void {
    this.job = null;
    if (!this.draining) this.drain();
  }

  /** A sync that is no part of a job has begun; jobs wait for its end. */
  beginSync(): void {
    this.syncsRunning++;
  }

  endSync(): void {
    this.syncsRunning--;
    if (this.syncsRunning === 0) this.job?.();
  }

  unlessFailed(done: () => void): SyncDone {
    return (error) => {
      if (error) this.fail(error);
      else this.attempt(done);
    };
  }

  attempt(action: () => void): void {
    if (this.failed) return;
    try {
      action();
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private drain(): void {
    this.draining = true;
    while (!this.job) {
      const action = this.waiting.shift();
      if (!action) break;
      this.attempt(action);
    }
    this.draining = false;
  }

  private fail(error: Error): void {
    if (this.failed) return;
    this.failed = true;
    this.onFailure(error);
  }
}
