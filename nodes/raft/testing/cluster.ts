import { createRandom } from '../../../harness/environment/random.js';
import { awaitLeader } from '../../replication/testing/asking.js';
import {
  TestNetwork,
  type TestOptions,
  type TestSystem,
} from '../../replication/testing/network.js';
import { createRaftProgram } from '../program.js';

export const RAFT_SYSTEM: TestSystem = {
  createProgram: createRaftProgram,
  isLeader: ({ role }) => role === 'leader',
};

/** Three nodes that have had a leader for a while. */
export function createCluster(seed = 1, options: Partial<TestOptions> = {}): TestNetwork {
  const members = ['n1', 'n2', 'n3'];
  const random = createRandom(seed);
  const network = new TestNetwork({ system: RAFT_SYSTEM, members, random, ...options });
  for (const name of members) network.restart(name);
  awaitLeader(network);
  return network;
}
