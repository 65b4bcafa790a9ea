/** What Ctrl-C asks for. */
export interface Interrupts {
  /** Aborted by the first: stop politely. */
  readonly stop: AbortSignal;
  /** Aborted by the second, just before the process ends. */
  readonly abandon: AbortSignal;
  /** Listens until what it gives is called; `say` is told what the first one has asked for. */
  listen(say: (line: string) => void): () => void;
}

/** The exit code that shells give to a process that ended by SIGINT. */
const INTERRUPTED = 130;

/**
 * The first Ctrl-C (or SIGTERM) asks to heal, stop and report; the second ends this process at once. Nodes do
 * not outlive it: the warden of the process runtime kills them when this process is gone. While nobody listens, the
 * first one ends the process.
 */
export function createInterrupts(): Interrupts {
  const stop = new AbortController();
  const abandon = new AbortController();
  return {
    stop: stop.signal,
    abandon: abandon.signal,
    listen: (say) => {
      const onSignal = (): void => {
        if (!stop.signal.aborted) {
          say('stopping: healing, then checking what there is (Ctrl-C again: stop at once)');
          stop.abort();
          return;
        }
        abandon.abort();
        process.exit(INTERRUPTED);
      };
      process.on('SIGINT', onSignal);
      process.on('SIGTERM', onSignal);
      return () => {
        process.off('SIGINT', onSignal);
        process.off('SIGTERM', onSignal);
      };
    },
  };
}
