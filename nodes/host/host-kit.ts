import type { HostKit } from '../../harness/contracts/program-host.js';
import { HOST_ENTRY, hostArguments, nodeHostCommand } from './command.js';
import { NODE_EXIT } from './exit-codes.js';
import { Host } from './host.js';

/** The host that runs programs, for runtimes: in their own thread, or as processes and containers. */
export const HOST_KIT: HostKit = {
  create: (parts) => new Host(parts),
  exitCodes: NODE_EXIT,
  command: nodeHostCommand,
  entry: HOST_ENTRY,
  argumentsFor: hostArguments,
};
