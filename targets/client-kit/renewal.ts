import type { Setting } from '../../harness/contracts/target.js';
import type { Clock } from '../../harness/environment/environment.js';
import { elapsedMs } from '../../harness/environment/elapsed.js';

/** A setting of every target whose locks end with a lease: how long its client waits before it renews it. */
export const RENEW_AT: Setting = {
  description:
    'after what share of its life the client renews the lease of its locks; 33%: as libraries do; 80%: hardly ' +
    'before it ends by the client’s own clock',
  default: '33%',
  values: ['33%', '50%', '80%'],
};

/** What `renew-at` is set to, as a share of 1. */
export function renewalShare(settings: Readonly<Record<string, string>>): number {
  return Number.parseInt(settings['renew-at'] ?? RENEW_AT.default, 10) / 100;
}

/** How long a lease lives by the client's clock, and after what share of that it is renewed. */
export interface LeaseLife {
  ttlMs: number;
  renewAt: number;
}

/** Says whether the lease is there (true), is gone (false); throws where nobody knows. */
type Renew = (timeoutMs: number) => Promise<boolean>;

/**
 * Keeps a lease alive until it is stopped. `onGone` is called where the server says that it is gone, or where it
 * was not renewed for as long as it lives: then it may be gone.
 */
export function keepRenewing(
  clock: Clock,
  { ttlMs, renewAt }: LeaseLife,
  renew: Renew,
  onGone: () => void,
): { stop(): void } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const untilGone = async (): Promise<void> => {
    let renewedAt = clock.now();
    const livesMs = (): number => ttlMs - elapsedMs(clock, renewedAt);
    for (;;) {
      await clock.sleep(Math.min(ttlMs * renewAt, Math.max(1, livesMs())), signal);
      if (signal.aborted) return;
      if (livesMs() <= 0) break;
      const sentAt = clock.now();
      const isThere = await renew(Math.min(ttlMs / 3, livesMs())).catch(() => undefined);
      if (isThere === false) break;
      if (isThere) renewedAt = sentAt;
    }
    if (!signal.aborted) onGone();
  };
  void untilGone();
  return { stop: () => stopping.abort() };
}
