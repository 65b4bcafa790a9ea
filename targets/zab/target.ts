import type { Target } from '../../harness/contracts/target.js';
import type { JsonObject } from '../../harness/json.js';
import { brokenPromise } from '../../nodes/host/broken-promise.js';
import { DURABILITY_MODES } from '../../nodes/host/log/durability.js';
import { ZAB_BUGS } from '../../nodes/zab/state/bugs.js';
import { ZAB_FAMILIES, ZabClient } from './client.js';
import { ZAB_ERRORS } from './errors.js';
import { createZabMonitor } from '../../nodes/zab/monitor/monitor.js';
import { ZAB_SETTINGS } from '../../nodes/zab/state/settings.js';

/** Our own ZAB with a tree of znodes, run by `nodes/host` or in the simulation. */
export const zab: Target = {
  name: 'zab',
  description:
    'our own ZAB with a tree of znodes, sessions and watches; any server serves any client',
  versions: ['built-in'],
  durabilityModes: DURABILITY_MODES,
  defaultDurability: 'batch',
  settings: ZAB_SETTINGS,
  bugs: ZAB_BUGS,
  families: ZAB_FAMILIES,
  errors: ZAB_ERRORS,
  createClient: ({ node, settings }) => {
    if (!node.connect) throw new Error(`the runtime has no connections to ${node.name} to give`);
    return new ZabClient(node.connect(), node.connect(), settings.reads === 'sync');
  },
  isReady: (status: JsonObject) => status.ready === true,
  leadership: (status: JsonObject) => ({
    isLeader: status.role === 'leading' && status.phase === 'broadcast',
    term: typeof status.epoch === 'number' ? status.epoch : 0,
  }),
  brokenPromise,
  monitor: createZabMonitor,
  starts: {
    program: {
      module: new URL('../../nodes/zab/program.js', import.meta.url),
      export: 'createZabProgram',
    },
  },
};
