import type { ContainerCommand, ContainerSetup } from '../../harness/contracts/starts/container.js';
import type { Target } from '../../harness/contracts/target.js';
import { readHttpDate } from '../client-kit/http-date.js';
import { requireOneOf } from '../client-kit/operations.js';
import { hostAndPort } from '../../harness/network/address.js';
import { RENEW_AT } from '../client-kit/renewal.js';
import { createConsulClient } from './client.js';
import { CONSUL_ERRORS } from './errors.js';
import { consulMembership } from './membership.js';
import { CONSUL_FAMILIES } from './operations.js';
import { DEFAULT_SESSION_TTL_SECONDS } from './session.js';
import { consulLeadership, consulStatus, isConsulReady } from './status.js';

/** By the name that a user says: the vendor's release. */
const RELEASES: Readonly<Record<string, string>> = { '1.8': '1.8.7' };

const CLIENT_PORT = 8500;
/** Raft, and what servers pass on to their leader. */
const SERVER_PORT = 8300;
/** Who is there: gossip, over TCP and UDP. */
const SERF_PORT = 8301;

const OFF = -1;

/** The agent's configuration file: what the command line has no options for. */
function configuration({ clientAddress, peerAddress, settings }: ContainerSetup): object {
  return {
    ports: {
      http: clientAddress.port,
      server: peerAddress.port,
      serf_lan: serfPort(peerAddress.port),
      serf_wan: OFF,
      dns: OFF,
      grpc: OFF,
    },
    performance: { raft_multiplier: Number(settings['raft-multiplier']) },
    // What clients ask for is not refused as too short, as less than ten seconds would be.
    session_ttl_min: `${settings['session-ttl-s']}s`,
    // All clients come from one address; Consul wants as many file descriptors, and 1,024 are usual.
    limits: { http_max_conns_per_client: 900 },
    // The members are those that the run began with, however long a node is away.
    autopilot: { cleanup_dead_servers: false },
    disable_update_check: true,
    ui: false,
  };
}

/** As far from the server's port as by default: several servers may share an address. */
function serfPort(serverPort: number): number {
  return serverPort + SERF_PORT - SERVER_PORT;
}

/** The command line of one server. Throws a RangeError where there is no such version. */
export function consulCommand(setup: ContainerSetup): ContainerCommand {
  requireOneOf('consul version', setup.version, Object.keys(RELEASES));
  const file = `${setup.dataDirectory}/consul.json`;
  const options: Record<string, string> = {
    node: setup.name,
    'data-dir': `${setup.dataDirectory}/consul`,
    'config-file': file,
    'bootstrap-expect': String(setup.peers.length + 1),
    bind: setup.peerAddress.host,
    client: '0.0.0.0',
    datacenter: 'schism',
    // Containers on one machine would otherwise take themselves for one and the same.
    'disable-host-node-id': 'true',
    'log-level': 'info',
  };
  const flags = Object.entries(options).map(([name, value]) => `-${name}=${value}`);
  const joins = setup.peers.map(
    ({ host, port }) => `-retry-join=${hostAndPort({ host, port: serfPort(port) })}`,
  );
  return {
    command: ['consul', 'agent', '-server', ...flags, '-retry-interval=1s', ...joins],
    files: { [file]: JSON.stringify(configuration(setup), null, 2) },
  };
}

/** Consul's key-value store, in containers. */
export const consul: Target = {
  name: 'consul',
  description: 'HashiCorp Consul, its key-value store: Raft and gossip, version 1.8, in containers',
  versions: Object.keys(RELEASES),
  durabilityModes: {
    default: {
      description: 'every entry of the log is fsynced before it counts',
      survivesPowerLoss: true,
    },
  },
  defaultDurability: 'default',
  settings: {
    consistency: {
      description:
        'of reads; default: by the leader, which asks nobody whether it still is, and does not wait until it ' +
        'has caught up; consistent: it does both; stale: by any server',
      default: 'consistent',
      values: ['default', 'consistent', 'stale'],
    },
    'raft-multiplier': {
      description: 'raft_multiplier: how patient elections are; 1 for production, 5 by default',
      default: '1',
      values: ['1', '2', '5', '10'],
    },
    'session-ttl-s': {
      description:
        'TTL of the sessions that hold locks, and session_ttl_min; Consul ends a session only when twice its TTL ' +
        'is over',
      default: DEFAULT_SESSION_TTL_SECONDS,
      values: ['2', '5', '10', '30'],
    },
    'renew-at': RENEW_AT,
  },
  bugs: {},
  families: CONSUL_FAMILIES,
  errors: CONSUL_ERRORS,
  createClient: ({ node, settings, clock }) => createConsulClient(node.address, settings, clock),
  isReady: isConsulReady,
  leadership: consulLeadership,
  membership: consulMembership,
  starts: {
    container: {
      image: (version) => {
        requireOneOf('consul version', version, Object.keys(RELEASES));
        const release = RELEASES[version];
        return {
          official: `docker.io/library/consul:${release}`,
          built: `schism/consul:${version}`,
        };
      },
      clientPort: CLIENT_PORT,
      peerPort: SERVER_PORT,
      dataDirectory: '/data',
      logFiles: 'consul/raft/raft.db',
      command: consulCommand,
      status: consulStatus,
      readClock: ({ address }, timeoutMs) => readHttpDate(address, '/v1/status/leader', timeoutMs),
    },
  },
};
