import type { DiskFault } from '../../../harness/contracts/cluster.js';

/** The error that a program sees where its disk does not obey, as the operating system names it. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
  constructor(readonly code: 'ENOSPC' | 'EROFS' | 'EIO') {
    super(`${code}: the simulated disk refuses`);
  }
}

const REFUSALS = { full: 'ENOSPC', 'read-only': 'EROFS', errors: 'EIO' } as const;

/** Throws where a disk with this fault takes no more. */
export function refuseWrites(fault: DiskFault | null): void {
  if (fault !== null && fault.kind !== 'slow') throw new DiskError(REFUSALS[fault.kind]);
}

/** What a sync ends in that was asked for while the disk had this fault. */
export function syncRefusal(fault: DiskFault | null): DiskError | undefined {
  return fault?.kind === 'errors' ? new DiskError('EIO') : undefined;
}
