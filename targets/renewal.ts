import type { Clock } from '../harness/environment/environment.js';

/** Says whether the lease is there (true), is gone (false); throws where nobody knows. */
type Renew = (timeoutMs: number) => Promise<boolean>;

/**
 * Keeps a lease of `ttlMs` alive, three times in its life, until it is stopped. `onGone` is called where the
 * server says that it is gone, or where it was not renewed for as long as it lives: then it may be gone.
 */
export function keepRenewing(
  clock: Clock,
  ttlMs: number,
  renew: Renew,
  onGone: () => void,
): { stop(): void } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const untilGone = async (): Promise<void> => {
    let renewedAt = clock.now();
    while ((clock.now() - renewedAt) / 1e6 < ttlMs) {
      await clock.sleep(ttlMs / 3, signal);
      if (signal.aborted) return;
      const sentAt = clock.now();
      const isThere = await renew(ttlMs / 3).catch(() => undefined);
      if (isThere === false) break;
      if (isThere) renewedAt = sentAt;
    }
    if (!signal.aborted) onGone();
  };
  void untilGone();
  return { stop: () => stopping.abort() };
}
