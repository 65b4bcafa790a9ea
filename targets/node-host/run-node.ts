import fs from 'node:fs';
import type http from 'node:http';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Program, ProgramConfig } from '../../harness/contracts/program.js';
import { createRandom } from '../../harness/environment/random.js';
import { createRealClock } from '../../harness/environment/real.js';
import { parseNodeConfig } from './config.js';
import type { NodeConfig } from './config.js';
import { NODE_EXIT } from './exit-codes.js';
import { openDirectory } from './files.js';
import { Host } from './host.js';
import { createHttpServer } from './http.js';
import { PeerTransport } from './transport.js';
import { VolatileFileStore } from './volatile-files.js';

const clock = createRealClock();

/**
 * The life of a node process; a target's `main.ts` is one call of this.
 *
 *     node targets/raft/main.js --config -      # one line of JSON (NodeSetup) on standard input; the node
 *                                               # ends when standard input does, so it outlives no harness
 *     node targets/raft/main.js --config FILE   # for containers: nothing is read from standard input
 *
 * It logs to standard output, and ends with one of `NODE_EXIT`. Ctrl-C goes to the whole process group; what
 * becomes of the node then is up to the harness, so SIGINT is ignored here. SIGTERM: everything is written
 * to the disk first.
 */
export function runNode(createProgram: (config: ProgramConfig) => Program): void {
  process.on('SIGINT', () => undefined);
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    end(NODE_EXIT.bug, `uncaught: ${error.stack ?? error.message}`);
  });
  // Standard output is a pipe to the harness: without a reader there is nobody left to serve.
  process.stdout.on('error', () => process.exit(NODE_EXIT.ended));
  readConfig((text) => {
    const config = orUsage(() => parseNodeConfig(text));
    startNode(
      config,
      orUsage(() => createProgram(programConfig(config))),
    );
  });
}

function readConfig(use: (text: string) => void): void {
  const { config } = parseArgs({ options: { config: { type: 'string' } } }).values;
  if (config === undefined) return end(NODE_EXIT.usage, 'usage: main.js --config FILE|-');
  if (config !== '-') return use(fs.readFileSync(config, 'utf8'));
  createInterface(process.stdin)
    .once('line', use)
    .on('close', () => {
      end(NODE_EXIT.ended, 'standard input was closed: ending');
    });
}

function orUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return end(NODE_EXIT.usage, String(error));
  }
}

function startNode(config: NodeConfig, program: Program): void {
  const transport = new PeerTransport({
    name: config.name,
    peers: config.peers,
    clock,
    log,
    onMessage: (from, message) => {
      host.receive(from, message);
    },
  });
  const disk = openDirectory(config.dataDirectory);
  const host = new Host({
    program,
    clock,
    files: config.settings.disk === 'volatile' ? new VolatileFileStore(disk) : disk,
    transport,
    durability: config.durability,
    log,
    onHalt: (kind, reason) => end(NODE_EXIT[kind], `halt: ${reason}`),
  });
  process.on('SIGTERM', () => {
    host.flush(() => end(NODE_EXIT.ended, 'asked to end'));
  });
  host.start(() => {
    void serve(config, host, transport);
  });
}

/** The ports come last: whoever can connect is answered. */
async function serve(config: NodeConfig, host: Host, transport: PeerTransport): Promise<void> {
  const server = createHttpServer({
    request: (path, body, reply) => host.request(path, body, reply),
    status: () => host.status(),
    sendProbe: (to, id) => transport.sendProbe(to, id),
    probeSeen: (id, waitMs) => transport.probeSeen(id, waitMs),
  });
  await orPortInUse('peers', config.peerAddress, transport.open(config.peerAddress));
  await orPortInUse('clients', config.clientAddress, listen(server, config.clientAddress));
  log(`${config.name} serves clients on ${describe(config.clientAddress)}`);
}

function listen(server: http.Server, address: NodeConfig['clientAddress']): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
}

async function orPortInUse(
  whose: string,
  address: NodeConfig['clientAddress'],
  listening: Promise<void>,
): Promise<void> {
  try {
    await listening;
  } catch (error) {
    const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const reason = inUse ? 'is in use by another program' : `cannot be had: ${String(error)}`;
    end(
      inUse ? NODE_EXIT.portInUse : NODE_EXIT.usage,
      `the port for ${whose}, ${describe(address)}, ${reason}`,
    );
  }
}

/**
 * Dice are thrown anew at each start: a restarted node that repeated its earlier draws would repeat its
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

function end(code: number, line: string): never {
  log(line);
  process.exit(code);
}
