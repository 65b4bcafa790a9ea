import { diskFault, refusesWith } from '../../mechanisms/disks.js';
import { drawOrder, nodeChoice } from '../../victims/roles.js';

/**
 * A file system that has gone read-only, as Linux does with one that found an error. A node may refuse or end; it
 * may not acknowledge a write that is not kept, and must come back when the disk can be written again.
 */
export const diskReadOnly = diskFault({
  name: 'disk-read-only',
  description: 'makes the disks of nodes that run read-only',
  parameters: nodeChoice,
  draw: drawOrder,
  fault: () => ({ kind: 'read-only' }),
  isBroken: refusesWith('EROFS'),
});
