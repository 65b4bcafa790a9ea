import type { Clock } from '../../harness/environment/environment.js';
import type { RunObserver } from '../../harness/run/parts.js';
import type { RunFolder } from '../../harness/store/run-folder.js';
import { formatTime } from '../../harness/text/time.js';
import type { RunWatch } from '../definitions/context.js';

/** Tells nobody. */
export const SILENT: RunObserver = {
  phase: () => undefined,
  log: () => undefined,
  faults: () => undefined,
  counters: () => undefined,
  checking: () => undefined,
};

/** Writes the log of a run, by the run's own clock, and tells the watch. */
export function observeRun(folder: RunFolder, clock: Clock, watch: RunWatch): RunObserver {
  const write = (line: string): void => {
    folder.appendLog(`[${formatTime(clock.now())}] ${line}`);
  };
  return {
    ...SILENT,
    ...watch,
    phase: (name) => {
      write(`phase ${name}`);
      watch.phase?.(name);
    },
    log: (line) => {
      write(line);
      watch.log?.(line);
    },
  };
}
