import type { Target } from '../../harness/contracts/target.js';
import type { JsonObject } from '../../harness/json.js';
import { brokenPromise } from '../../nodes/host/broken-promise.js';
import { DURABILITY_MODES } from '../../nodes/host/log/durability.js';
import { RAFT_BUGS } from '../../nodes/raft/state/bugs.js';
import { RAFT_FAMILIES, RaftClient } from './client.js';
import { RAFT_ERRORS } from './errors.js';
import { createRaftMonitor } from '../../nodes/raft/monitor/monitor.js';
import { raftMembership } from './operator.js';
import { RAFT_CLIENT_SETTINGS, RAFT_SETTINGS } from '../../nodes/raft/state/settings.js';

/** Our own Raft with a key-value store, run by `nodes/host` or in the simulation. */
export const raft: Target = {
  name: 'raft',
  description: 'our own Raft with a key-value store of versions; any node serves any client',
  versions: ['built-in'],
  durabilityModes: DURABILITY_MODES,
  defaultDurability: 'batch',
  settings: { ...RAFT_SETTINGS, ...RAFT_CLIENT_SETTINGS },
  bugs: RAFT_BUGS,
  families: RAFT_FAMILIES,
  errors: RAFT_ERRORS,
  createClient: ({ node, settings }) => {
    if (!node.connect) throw new Error(`the runtime has no connections to ${node.name} to give`);
    return new RaftClient(node.connect(), settings.reads, settings.retries === 'on');
  },
  isReady: (status: JsonObject) => status.ready === true,
  leadership: (status: JsonObject) => ({
    isLeader: status.role === 'leader',
    term: typeof status.term === 'number' ? status.term : 0,
  }),
  membership: raftMembership,
  brokenPromise,
  monitor: createRaftMonitor,
  starts: {
    program: {
      module: new URL('../../nodes/raft/program.js', import.meta.url),
      export: 'createRaftProgram',
    },
  },
};
