import { diskFault, refusesWith } from '../../mechanisms/disks.js';
import { drawOrder, nodeChoice } from '../../victims/roles.js';

/**
 * No room for another byte. A node may refuse what it is asked, or end: that is no fault of its own. It is one to
 * acknowledge a write that is not kept, and not to come back when there is room again.
 */
export const diskFull = diskFault({
  name: 'disk-full',
  description: 'fills the disks of nodes that run',
  parameters: nodeChoice,
  draw: drawOrder,
  fault: () => ({ kind: 'full' }),
  isBroken: refusesWith('ENOSPC'),
});
