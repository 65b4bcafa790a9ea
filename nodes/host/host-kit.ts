import type { HostKit } from '../../harness/contracts/program-host.js';
import { NODE_EXIT } from './exit-codes.js';
import { Host } from './host.js';

/** The host that runs our nodes as processes, for whoever runs them otherwise. */
export const HOST_KIT: HostKit = {
  create: (parts) => new Host(parts),
  exitCodes: NODE_EXIT,
};
