import { diskFault, refusesWith } from '../../mechanisms/disks.js';
import { drawOrder, nodeChoice } from '../../victims/roles.js';

/**
 * Every write and sync fails. A node may end, and had better: one that tries the fsync again may be told of success
 * while its data is lost (Rebello et al., "Can Applications Recover from fsync Failures?", ATC 2020), and the
 * acknowledged write that is lost thereby is its own fault.
 */
export const diskErrors = diskFault({
  name: 'disk-errors',
  description: 'lets every write and sync of nodes that run fail',
  parameters: nodeChoice,
  draw: drawOrder,
  fault: () => ({ kind: 'errors' }),
  isBroken: refusesWith('EIO'),
});
