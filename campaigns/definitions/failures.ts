import { HistoryError } from '../../harness/history/history-error.js';
import { RunFolderError, StorageError } from '../../harness/store/run-folder.js';
import { DockerError } from '../../runtimes/docker/engine/errors.js';
import { WorkloadOptionError } from '../../workloads/common/options.js';
import { UsageError } from './usage-error.js';

/**
 * What kind of failure a campaign has ended in: `usage`, something was asked for that is not there or does not fit;
 * `surroundings`, the engine or the disk could not do its part. Undefined of what nobody has foreseen.
 */
export function failureKind(error: unknown): 'usage' | 'surroundings' | undefined {
  if (
    error instanceof UsageError ||
    error instanceof HistoryError ||
    error instanceof RunFolderError ||
    error instanceof WorkloadOptionError
  ) {
    return 'usage';
  }
  return error instanceof DockerError || error instanceof StorageError ? 'surroundings' : undefined;
}
