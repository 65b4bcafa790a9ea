import type { Target } from '../../harness/contracts/target.js';
import { requireOneOf } from '../client-kit/operations.js';
import { RENEW_AT } from '../client-kit/renewal.js';
import { createZooKeeperClient } from './client.js';
import {
  CLIENT_PORT,
  MEMORY_MIB,
  NO_FORCE_SYNC,
  QUORUM_PORT,
  zooKeeperCommand,
} from './servers/config.js';
import { ZOOKEEPER_ERRORS } from './protocol/errors.js';
import { ZOOKEEPER_FAMILIES } from './operations/znodes.js';
import { readLogTime } from './servers/log-time.js';
import { zooKeeperMembership } from './servers/membership.js';
import { isZooKeeperReady, zooKeeperLeadership, zooKeeperStatus } from './servers/status.js';

/** By the name that a user says: the vendor's release. */
const RELEASES: Readonly<Record<string, string>> = {
  '3.9': '3.9.3',
  '3.9.6': '3.9.6',
  '3.8': '3.8.0',
  '3.4': '3.4.13',
};

function imagesOf(version: string): { official: string; built: string } {
  requireOneOf('zookeeper version', version, Object.keys(RELEASES));
  const release = RELEASES[version];
  return {
    official: `docker.io/library/zookeeper:${release}`,
    built: `schism/zookeeper:${version}`,
  };
}

/**
 * ZooKeeper, in containers. Writes are linearizable; reads are answered by the client's own server and may be
 * stale. With `reads=sync` a `sync` goes before each: fresh as long as the leader that answers it still leads,
 * which it does not verify with a quorum.
 */
export const zookeeper: Target = {
  name: 'zookeeper',
  description: 'Apache ZooKeeper: Zab, versions 3.4 to 3.9, in containers',
  versions: Object.keys(RELEASES),
  durabilityModes: {
    default: {
      description: 'the transaction log is fsynced before an ack (forceSync=yes)',
      survivesPowerLoss: true,
    },
    [NO_FORCE_SYNC]: {
      description: 'the transaction log is written but not fsynced (forceSync=no)',
      survivesPowerLoss: false,
    },
  },
  defaultDurability: 'default',
  settings: {
    reads: {
      description: 'sync: a sync before every read; local: whatever the own server has',
      default: 'sync',
      values: ['sync', 'local'],
    },
    'session-ms': {
      description: 'the timeout that clients ask for; the server allows 2 to 20 ticks',
      default: '4000',
      values: ['2000', '4000', '10000', '30000'],
    },
    'renew-at': RENEW_AT,
    'tick-ms': {
      description: 'tickTime',
      default: '500',
      values: ['200', '500', '1000', '2000'],
    },
    'sync-limit': {
      description: 'syncLimit: ticks until a server that does not answer is given up',
      default: '4',
      values: ['2', '4', '5', '10'],
    },
    reconfig: {
      description:
        'reconfigEnabled, and skipACL=yes for it: servers may be changed (3.5 and later)',
      default: 'off',
      values: ['off', 'on'],
    },
  },
  bugs: {},
  families: ZOOKEEPER_FAMILIES,
  errors: ZOOKEEPER_ERRORS,
  createClient: ({ node, settings, clock }) => createZooKeeperClient(node.address, settings, clock),
  isReady: isZooKeeperReady,
  leadership: zooKeeperLeadership,
  membership: zooKeeperMembership,
  starts: {
    container: {
      image: imagesOf,
      clientPort: CLIENT_PORT,
      peerPort: QUORUM_PORT,
      dataDirectory: '/data',
      logFiles: 'zookeeper/version-2/log.*',
      memoryMiB: MEMORY_MIB,
      command: (setup) => {
        requireOneOf('zookeeper version', setup.version, Object.keys(RELEASES));
        return zooKeeperCommand(setup);
      },
      status: zooKeeperStatus,
      readClock: readLogTime,
    },
  },
};
