import { LOG_DATE_FORMAT } from './log-time.js';
import type {
  ContainerCommand,
  ContainerSetup,
} from '../../../harness/contracts/starts/container.js';

export const CLIENT_PORT = 2181;
/** Followers to their leader. */
export const QUORUM_PORT = 2888;
/** Everybody to everybody, for elections. */
const ELECTION_PORT = 3888;

/** The durability mode without fsync. */
export const NO_FORCE_SYNC = 'forceSync=no';

/** What the server and its JVM need beside the data, in MiB. */
export const MEMORY_MIB = 640;

/** The number of a server, from 1: `myid`, and the N of `server.N`. */
function serverLines(setup: ContainerSetup): string[] {
  const self = { name: setup.name, ...setup.peerAddress };
  const servers = [...setup.peers];
  // The peers are in the order of the nodes, without this one.
  servers.splice(setup.index, 0, self);
  return servers.map((address, index) => serverEntry(index + 1, address));
}

/** `server.2=172.18.0.3:2888:3888`. */
export function serverEntry(
  number: number,
  { host, port }: { host: string; port: number },
): string {
  return `server.${number}=${host}:${port}:${ELECTION_PORT + port - QUORUM_PORT}`;
}

/** The text of zoo.cfg. Versions skip over what they do not know. */
export function zooConfiguration(setup: ContainerSetup): string {
  const { settings } = setup;
  const lines = [
    `tickTime=${settings['tick-ms']}`,
    'initLimit=20',
    `syncLimit=${settings['sync-limit']}`,
    `dataDir=${setup.dataDirectory}/zookeeper`,
    `clientPort=${setup.clientAddress.port}`,
    'maxClientCnxns=0',
    '4lw.commands.whitelist=*',
    'admin.enableServer=false',
    'extendedTypesEnabled=true',
    `forceSync=${setup.durability === NO_FORCE_SYNC ? 'no' : 'yes'}`,
    // Nobody is asked who he is: the harness tests consistency, not access.
    ...(settings.reconfig === 'on' ? ['reconfigEnabled=true', 'skipACL=yes'] : []),
    ...serverLines(setup),
  ];
  return `${lines.join('\n')}\n`;
}

/** Where the vendor's start script and logging configuration look, and our builds' too. */
const CONFIGURATION = '/conf/zoo.cfg';

/** The server in the foreground, with its configuration, and its number in the data directory. */
export function zooKeeperCommand(setup: ContainerSetup): ContainerCommand {
  return {
    command: ['zkServer.sh', 'start-foreground', CONFIGURATION],
    environment: {
      JMXDISABLE: 'true',
      JVMFLAGS: [
        '-Xms64m -Xmx256m -XX:+UseSerialGC',
        `-Dorg.slf4j.simpleLogger.dateTimeFormat=${LOG_DATE_FORMAT}`,
        // What its upgrade guide wants: a server of 3.4 may have logged and not made a snapshot (ZOOKEEPER-3056).
        ...(setup.upgradedFrom === '3.4' ? ['-Dzookeeper.snapshot.trust.empty=true'] : []),
      ].join(' '),
      ZOO_LOG_DIR: setup.dataDirectory,
      ZOO_LOG4J_PROP: 'INFO,CONSOLE',
    },
    files: {
      [CONFIGURATION]: zooConfiguration(setup),
      [`${setup.dataDirectory}/zookeeper/myid`]: `${setup.index + 1}\n`,
    },
  };
}
