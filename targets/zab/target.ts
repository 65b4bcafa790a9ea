import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type { NodeSetup } from '../../harness/contracts/node-setup.js';
import type { Target } from '../../harness/contracts/target.js';
import type { JsonObject } from '../../harness/json.js';
import { brokenPromise } from '../node-host/broken-promise.js';
import { nodeHostCommand } from '../node-host/command.js';
import { DURABILITY_MODES } from '../node-host/durability.js';
import { ZAB_BUGS } from './bugs.js';
import { ZabClient } from './client.js';
import { ZAB_ERRORS } from './errors.js';
import { createZabMonitor } from './monitor.js';
import { createZabProgram } from './program.js';
import { ZAB_SETTINGS } from './settings.js';

/** Our own ZAB with a tree of znodes, run by `targets/node-host` or in the simulation. */
export const zab: Target = {
  name: 'zab',
  description:
    'our own ZAB with a tree of znodes, sessions and watches; any server serves any client',
  versions: ['built-in'],
  durabilityModes: DURABILITY_MODES,
  defaultDurability: 'batch',
  settings: ZAB_SETTINGS,
  bugs: ZAB_BUGS,
  workloads: ['register', 'durability', 'sessions'],
  errors: ZAB_ERRORS,
  createClient: (node: ClusterNode, settings) => {
    if (!node.connect) throw new Error(`the runtime has no connections to ${node.name} to give`);
    return new ZabClient(node.connect(), node.connect(), settings.reads === 'sync');
  },
  isReady: (status: JsonObject) => status.ready === true,
  leadership: (status: JsonObject) => ({
    isLeader: status.role === 'leading' && status.phase === 'broadcast',
    term: typeof status.epoch === 'number' ? status.epoch : 0,
  }),
  brokenPromise,
  program: createZabProgram,
  monitor: createZabMonitor,
  command: (setup: NodeSetup) => nodeHostCommand('zab/main', setup),
};
