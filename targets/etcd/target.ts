import type { ContainerCommand, ContainerSetup } from '../../harness/contracts/starts/container.js';
import type { Target, TargetChoice } from '../../harness/contracts/target.js';
import { readHttpDate } from '../client-kit/http-date.js';
import { requireOneOf } from '../client-kit/operations.js';
import { RENEW_AT } from '../client-kit/renewal.js';
import { createEtcdClient } from './client.js';
import { ETCD_ERRORS } from './errors.js';
import { ETCD_FAMILIES } from './operations.js';
import { DEFAULT_LEASE_SECONDS } from './session.js';
import { etcdMembership } from './membership.js';
import { etcdLeadership, etcdStatus, isEtcdReady } from './status.js';

/** By the name that a user says: the vendor's release, and what it can do. */
const VERSIONS: Readonly<Record<string, { release: string; canSkipFsync: boolean }>> = {
  '3.5': { release: 'v3.5.16', canSkipFsync: true },
  '3.5.30': { release: 'v3.5.30', canSkipFsync: true },
  '3.4': { release: 'v3.4.23', canSkipFsync: false },
  '3.3': { release: 'v3.3.25', canSkipFsync: false },
};

const NO_FSYNC = 'unsafe-no-fsync';
/** etcd itself refuses to start with fewer of them in an election timeout. */
const LEAST_HEARTBEATS = 5;
const CLIENT_PORT = 2379;
const PEER_PORT = 2380;

function versionNamed(version: string): (typeof VERSIONS)[string] {
  requireOneOf('etcd version', version, Object.keys(VERSIONS));
  return VERSIONS[version];
}

/** Why an etcd cannot be run like this, as a sentence. */
function refuses({ version, durability, settings }: TargetChoice): string | undefined {
  const { canSkipFsync } = versionNamed(version);
  if (durability === NO_FSYNC && !canSkipFsync) {
    return `etcd ${version} has no --unsafe-no-fsync; etcd 3.5 has`;
  }
  if (Number(settings['election-ms']) < LEAST_HEARTBEATS * Number(settings['heartbeat-ms'])) {
    return `etcd wants an election-ms of at least ${LEAST_HEARTBEATS} times its heartbeat-ms`;
  }
  return undefined;
}

/** The command line of one member. Throws a RangeError where the choices do not go together. */
export function etcdCommand(setup: ContainerSetup): ContainerCommand {
  const refusal = refuses(setup);
  if (refusal !== undefined) throw new RangeError(refusal);
  const self = { name: setup.name, ...setup.peerAddress };
  const url = ({ host, port }: { host: string; port: number }): string => `http://${host}:${port}`;
  const known = [self, ...setup.peers].filter(
    ({ name }) => setup.members === undefined || setup.members.includes(name),
  );
  const members = known.map((peer) => `${peer.name}=${url(peer)}`);
  const options: Record<string, string> = {
    name: setup.name,
    'data-dir': `${setup.dataDirectory}/etcd`,
    'listen-client-urls': `http://0.0.0.0:${setup.clientAddress.port}`,
    'advertise-client-urls': url(setup.clientAddress),
    'listen-peer-urls': `http://0.0.0.0:${setup.peerAddress.port}`,
    'initial-advertise-peer-urls': url(setup.peerAddress),
    'initial-cluster': members.join(','),
    'initial-cluster-state': setup.isJoining ? 'existing' : 'new',
    'initial-cluster-token': `schism-${setup.seed}`,
    'heartbeat-interval': setup.settings['heartbeat-ms'],
    'election-timeout': setup.settings['election-ms'],
    'enable-v2': String(setup.settings.api === 'v2'),
  };
  if (setup.durability === NO_FSYNC) options['unsafe-no-fsync'] = 'true';
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return { command: ['etcd', ...flags] };
}

/** etcd, in containers: version 3 over gRPC, or version 2 over HTTP where `api` says so. */
export const etcd: Target = {
  name: 'etcd',
  description: 'etcd, the key-value store of Kubernetes: Raft, versions 3.3 to 3.5, in containers',
  versions: Object.keys(VERSIONS),
  durabilityModes: {
    default: {
      description: 'every entry is fsynced before it counts',
      survivesPowerLoss: true,
    },
    [NO_FSYNC]: {
      description: 'no fsync at all (--unsafe-no-fsync, from 3.5 on)',
      survivesPowerLoss: false,
    },
  },
  defaultDurability: 'default',
  settings: {
    api: {
      description: 'v3: gRPC; v2: HTTP under /v2/keys, as etcd 2 had it',
      default: 'v3',
      values: ['v3', 'v2'],
    },
    reads: {
      description: "v3's reads: linearizable, or serializable: whatever this member has",
      default: 'linearizable',
      values: ['linearizable', 'serializable'],
    },
    quorum: {
      description: "v2's reads: true asks a quorum, false answers whatever this member has",
      default: 'true',
      values: ['true', 'false'],
    },
    'lease-s': {
      description: 'how long the lease of a lock outlives its last renewal',
      default: DEFAULT_LEASE_SECONDS,
      values: ['2', '5', '10', '30'],
    },
    'renew-at': RENEW_AT,
    'heartbeat-ms': {
      description: '--heartbeat-interval',
      default: '100',
      values: ['50', '100', '200', '500'],
    },
    'election-ms': {
      description: '--election-timeout, at least five heartbeats',
      default: '1000',
      values: ['250', '500', '1000', '2000', '5000'],
    },
  },
  bugs: {},
  families: ETCD_FAMILIES,
  errors: ETCD_ERRORS,
  refuses,
  createClient: ({ node, settings, clock }) => createEtcdClient(node.address, settings, clock),
  isReady: isEtcdReady,
  leadership: etcdLeadership,
  membership: etcdMembership,
  starts: {
    container: {
      image: (version) => ({
        official: `quay.io/coreos/etcd:${versionNamed(version).release}`,
        built: `schism/etcd:${version}`,
      }),
      clientPort: CLIENT_PORT,
      peerPort: PEER_PORT,
      dataDirectory: '/data',
      logFiles: 'etcd/member/wal/*.wal',
      command: etcdCommand,
      status: etcdStatus,
      readClock: ({ address }, timeoutMs) => readHttpDate(address, '/version', timeoutMs),
    },
  },
};
