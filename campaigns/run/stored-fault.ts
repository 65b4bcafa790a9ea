import type { Nemesis, PlannedFault } from '../../harness/contracts/nemesis.js';
import { decodeFault, FaultError } from '../../nemeses/planning/decode-fault.js';
import { UsageError } from '../definitions/usage-error.js';

/** A fault of a run folder, read by its nemesis. Throws a `UsageError` that says `where` it is stored and what is wrong. */
export function readStoredFault(
  nemesis: Nemesis,
  stored: PlannedFault,
  where: string,
): PlannedFault {
  try {
    return decodeFault(nemesis, stored);
  } catch (error) {
    if (error instanceof FaultError) throw new UsageError(`${where}: ${error.message}`);
    throw error;
  }
}
