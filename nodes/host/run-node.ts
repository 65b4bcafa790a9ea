import fs from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { FileStore } from '../../harness/contracts/file-store.js';
import type { Program, ProgramConfig } from '../../harness/contracts/program.js';
import type { ProgramReference } from '../../harness/contracts/starts/start.js';
import { loadProgram } from '../../harness/machine/program-module.js';
import { createRandom } from '../../harness/environment/random.js';
import { createRealClock } from '../../harness/environment/real.js';
import { parseNodeConfig } from './config.js';
import type { NodeConfig } from './config.js';
import { NODE_EXIT } from './exit-codes.js';
import { openDirectory } from './log/files.js';
import { Host } from './host.js';
import { createHttpServer } from './network/http.js';
import { listen } from './network/listen.js';
import { SkewedClock } from './clock/skewed-clock.js';
import { PeerTransport } from './network/transport.js';
import { SyncedFileStore } from './log/synced-files.js';

const clock = new SkewedClock(createRealClock(), process.env);

/**
 * The life of a node process, which runs the program that an export of a module makes.
 *
 *     node nodes/host/main.js --program file:///MODULE#EXPORT --config -
 *         One line of JSON (NodeSetup) on standard input; the node ends when standard input does, so it outlives no
 *         harness.
 *     node nodes/host/main.js --program file:///MODULE#EXPORT --config FILE
 *         For containers: nothing is read from standard input.
 *
 * It logs to standard output, and ends with one of `NODE_EXIT`. Ctrl-C goes to the whole process group; what
 * becomes of the node then is up to the harness, so SIGINT is ignored here. SIGTERM: everything is written
 * to the disk first.
 */
export function runNode(): void {
  process.on('SIGINT', () => undefined);
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    end(NODE_EXIT.bug, `uncaught: ${error.stack ?? error.message}`);
  });
  // Standard output is a pipe to the harness: without a reader there is nobody left to serve.
  process.stdout.on('error', () => process.exit(NODE_EXIT.ended));
  const { program, config } = orEnd(NODE_EXIT.usage, readArguments);
  readConfig(config, (text) => {
    const setup = orEnd(NODE_EXIT.usage, () => parseNodeConfig(text));
    loadProgram(program).then(
      (create) =>
        startNode(
          setup,
          orEnd(NODE_EXIT.usage, () => create(programConfig(setup))),
        ),
      (error: unknown) => end(NODE_EXIT.usage, messageOf(error)),
    );
  });
}

function readArguments(): { program: ProgramReference; config: string } {
  const options = { program: { type: 'string' }, config: { type: 'string' } } as const;
  const { program, config } = parseArgs({ options }).values;
  const [module = '', name = ''] = program?.split('#', 2) ?? [];
  if (config === undefined || module === '' || name === '') {
    throw new Error('usage: main.js --program URL#EXPORT --config FILE|-');
  }
  return { program: { module, export: name }, config };
}

function readConfig(config: string, use: (text: string) => void): void {
  if (config === '-') {
    createInterface(process.stdin)
      .once('line', use)
      .on('close', () => {
        end(NODE_EXIT.ended, 'standard input was closed: ending');
      });
  } else use(orEnd(NODE_EXIT.usage, () => fs.readFileSync(config, 'utf8')));
}

/** The peers' port comes first: a second process on the same log ends before it touches it. */
async function startNode(config: NodeConfig, program: Program): Promise<void> {
  const transport = new PeerTransport({
    name: config.name,
    peers: config.peers,
    clock,
    log,
    onMessage: (from, message) => {
      host.receive(from, message);
    },
  });
  await listening('peers', config.peerAddress, transport.open(config.peerAddress));
  const disk = orEnd(NODE_EXIT.disk, () => openDisk(config));
  const host = new Host({
    program,
    clock,
    files: disk,
    transport,
    durability: config.durability,
    log,
    onHalt: (kind, reason) => end(NODE_EXIT[kind], `halt: ${reason}`),
  });
  process.on('SIGTERM', () => {
    host.flush(() => end(NODE_EXIT.ended, 'asked to end'));
  });
  host.start(() => {
    void serveClients(config, host, transport);
  });
}

function openDisk({ dataDirectory, syncedDirectory }: NodeConfig): FileStore {
  const disk = openDirectory(dataDirectory);
  if (syncedDirectory === undefined) return disk;
  return new SyncedFileStore(disk, dataDirectory, syncedDirectory);
}

/** The clients' port comes last: whoever can connect is answered. */
async function serveClients(
  config: NodeConfig,
  host: Host,
  transport: PeerTransport,
): Promise<void> {
  const server = createHttpServer({
    request: (path, body, reply) => host.request(path, body, reply),
    status: () => ({ ...host.status(), droppedMessages: transport.dropped }),
    setClock: (skew) => {
      clock.set(skew);
      log(`clocks skewed: ${JSON.stringify(skew)}`);
    },
    sendProbe: (to, id) => transport.sendProbe(to, id),
    probeSeen: (id, waitMs) => transport.probeSeen(id, waitMs),
  });
  await listening('clients', config.clientAddress, listen(server, config.clientAddress));
  log(`${config.name} serves clients on ${describe(config.clientAddress)}`);
}

/** Ends the node where the port cannot be had. */
async function listening(
  whose: string,
  address: NodeConfig['clientAddress'],
  promise: Promise<void>,
): Promise<void> {
  try {
    await promise;
  } catch (error) {
    const port = `the port for ${whose}, ${describe(address)},`;
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      end(NODE_EXIT.portInUse, `${port} is in use by another program`);
    }
    end(NODE_EXIT.usage, `${port} cannot be had: ${String(error)}`);
  }
}

/**
 * Random draws are made anew at each start: a restarted node that repeated its earlier draws would repeat its
 * names and its timeouts too.
 */
function programConfig(config: NodeConfig): ProgramConfig {
  return {
    name: config.name,
    members: config.members ?? [config.name, ...config.peers.map((peer) => peer.name)].sort(),
    random: createRandom(config.seed).fork(config.name).fork(String(clock.wallMs())),
    settings: config.settings,
    bugs: new Set(config.bugs),
  };
}

function describe({ host, port }: NodeConfig['clientAddress']): string {
  return `${host}:${port}`;
}

function log(line: string): void {
  process.stdout.write(`${new Date(clock.wallMs()).toISOString()} ${line}\n`);
}

function orEnd<T>(code: number, action: () => T): T {
  try {
    return action();
  } catch (error) {
    return end(code, messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function end(code: number, line: string): never {
  log(line);
  process.exit(code);
}
