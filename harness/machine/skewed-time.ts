import type { ClockSkew } from '../contracts/cluster.js';
import type { Clock } from '../environment/environment.js';
import { elapsedMs } from '../environment/elapsed.js';

const NO_SKEW: ClockSkew = { offsetMs: 0, driftPpm: 0 };

/** The clocks of a node that takes its time from us, as a skew has them. */
export class SkewedTime {
  private readonly clock: Pick<Clock, 'now' | 'wallMs'>;
  private skew = NO_SKEW;
  /** When the skew began: by the true clock, and by the skewed monotonic one. */
  private sinceNs: number;
  private monotonicNs: number;

  constructor(clock: Pick<Clock, 'now' | 'wallMs'>) {
    this.clock = clock;
    this.sinceNs = clock.now();
    this.monotonicNs = this.sinceNs;
  }

  /** The monotonic clock keeps what it has gained or lost; the wall clock is as far off as the skew says. */
  set(skew: ClockSkew | null): void {
    const { monotonic, offsetMs } = skew ?? NO_SKEW;
    this.monotonicNs = this.now() + (monotonic ? Math.max(0, offsetMs) * 1e6 : 0);
    this.sinceNs = this.clock.now();
    this.skew = skew ?? NO_SKEW;
  }

  /** Nanoseconds on the monotonic clock. */
  now(): number {
    return this.monotonicNs + (this.clock.now() - this.sinceNs) * this.rate;
  }

  wallMs(): number {
    const { offsetMs, driftPpm, strobeMs } = this.skew;
    const sinceMs = elapsedMs(this.clock, this.sinceNs);
    const isRight = strobeMs !== undefined && Math.floor(sinceMs / strobeMs) % 2 === 1;
    const off = isRight ? 0 : offsetMs + (sinceMs * driftPpm) / 1e6;
    return Math.floor(this.clock.wallMs() + off);
  }

  /** Seconds of the monotonic clock in a true one. */
  get rate(): number {
    return this.skew.monotonic ? 1 + this.skew.driftPpm / 1e6 : 1;
  }
}
