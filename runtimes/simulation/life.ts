import type { ProgramHost } from '../../harness/contracts/program-host.js';
import type { VirtualClock } from '../../harness/environment/virtual.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import type { RequestOutcome } from './connection.js';
import type { SimulatedProcess } from './process.js';

/** A life of a node: its process, the host in it, and the requests that wait there for an answer. */
export class Life {
  private hasBooted = false;
  private readonly open = new Set<RequestOutcome>();
  /** For whoever waits for something of it. */
  private onEnd: (() => void) | undefined;

  constructor(
    private readonly clock: VirtualClock,
    private readonly process: SimulatedProcess,
    private readonly host: ProgramHost,
  ) {}

  /** Whether it serves: whoever comes before is refused. */
  get isReady(): boolean {
    return this.hasBooted;
  }

  /** The host reads its log after so long. Resolves when it is ready, or at the end of this life. */
  boot(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.onEnd = undefined;
        this.clock.touch();
        resolve();
      };
      this.onEnd = settle;
      this.process.setTimer(() => {
        this.host.start(() => {
          this.hasBooted = true;
          settle();
        });
      }, delayMs);
    });
  }

  /** Syncs what was written; false where that takes too long. One that ends meanwhile has nothing left to do. */
  flush(limitMs: number): Promise<boolean> {
    const { clock, process, host } = this;
    return new Promise((resolve) => {
      const settle = (inTime: boolean): void => {
        clock.quiet.clearTimer(timer);
        this.onEnd = undefined;
        clock.touch();
        resolve(inTime);
      };
      const timer = clock.quiet.setTimer(() => settle(false), limitMs);
      this.onEnd = () => settle(true);
      process.enter(() => host.flush(() => process.enter(() => settle(true))));
    });
  }

  pause(): void {
    this.process.pause();
  }

  resume(): void {
    this.process.resume();
  }

  /** A message of a peer's that has arrived at this machine. */
  receive(from: string, message: JsonValue): void {
    this.process.enter(() => this.host.receive(from, message));
  }

  /** A client's request that has arrived; gives what to call when the client has gone away. */
  request(path: string, body: JsonValue, outcome: RequestOutcome): () => void {
    const { open } = this;
    let forget: (() => void) | undefined;
    open.add(outcome);
    this.process.enter(() => {
      if (!open.has(outcome)) return;
      forget = this.host.request(path, body, (status, answer) => {
        if (open.delete(outcome)) outcome.reply({ status, body: answer });
      });
    });
    return () => {
      if (open.delete(outcome)) forget?.();
    };
  }

  status(): JsonObject {
    return this.host.status();
  }

  /** The clients of open requests see their connections break. */
  end(): void {
    this.process.end();
    for (const outcome of this.open) outcome.reset();
    this.open.clear();
    this.onEnd?.();
  }
}
