import { z } from 'zod';
import type { ClockSkew } from '../../../harness/contracts/cluster.js';
import type { Clock, Timer } from '../../../harness/environment/environment.js';
import { CLOCK_VARIABLE } from '../../../harness/machine/clock-variable.js';
import { SkewedTime } from '../../../harness/machine/skewed-time.js';

const clockSkew = z
  .object({
    offsetMs: z.number(),
    driftPpm: z.number(),
    strobeMs: z.number().positive().optional(),
    monotonic: z.boolean().optional(),
  })
  .nullable();

/** Reads a skew as it comes over HTTP or from the environment; undefined where it is none. */
export function parseSkew(value: unknown): ClockSkew | null | undefined {
  const parsed = clockSkew.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/**
 * The clock of a node of ours: the machine's own, and skewed where the harness says so. Timers go by the monotonic
 * clock; one that runs already when the rate changes ends when it would have.
 */
export class SkewedClock implements Clock {
  private readonly clock: Clock;
  private readonly time: SkewedTime;

  /** Begins with the skew that the environment names, so that a restarted node is never right before it is wrong. */
  constructor(clock: Clock, environment: NodeJS.ProcessEnv) {
    this.clock = clock;
    this.time = new SkewedTime(clock);
    const named = environment[CLOCK_VARIABLE];
    const skew = named === undefined ? null : parseSkew(JSON.parse(named));
    if (skew === undefined) throw new Error(`${CLOCK_VARIABLE} is no skew of a clock: ${named}`);
    this.set(skew);
  }

  set(skew: ClockSkew | null): void {
    this.time.set(skew);
  }

  now(): number {
    return this.time.now();
  }

  wallMs(): number {
    return this.time.wallMs();
  }

  setTimer(action: () => void, delayMs: number): Timer {
    return this.clock.setTimer(action, delayMs / this.time.rate);
  }

  clearTimer(timer: Timer): void {
    this.clock.clearTimer(timer);
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return this.clock.sleep(delayMs / this.time.rate, signal);
  }
}
