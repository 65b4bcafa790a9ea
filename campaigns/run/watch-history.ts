import { createOnlineChecker } from '../../checkers/linearizability/online/online-checker.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import type { RunParts } from '../../harness/run/parts.js';
import type { Registries } from '../definitions/registries.js';
import { lookUp, UsageError } from '../definitions/usage-error.js';

/** Judges a history while it is made. */
export interface HistoryWatch {
  observe(event: HistoryEvent): void;
  /** Aborted at the first violation. */
  readonly violated: AbortSignal;
  stop(): void;
}

/** Watches with the model of the workload; throws a `UsageError` where the workload has none. */
export function watchHistory(
  { spec, workload }: Pick<RunParts, 'spec' | 'workload'>,
  registries: Registries,
  clock: Clock,
  say: (line: string) => void,
): HistoryWatch {
  if (workload.model === undefined) {
    throw new UsageError(`the workload ${spec.workload} has no model to judge it while it runs`);
  }
  const violated = new AbortController();
  const checker = createOnlineChecker({
    model: lookUp('model', workload.model, registries.models, 'models'),
    clock,
    onViolation: ({ sentence }) => {
      say(`violation: ${sentence}`);
      violated.abort();
    },
  });
  return {
    observe: (event) => checker.observe(event),
    violated: violated.signal,
    stop: () => checker.stop(),
  };
}
