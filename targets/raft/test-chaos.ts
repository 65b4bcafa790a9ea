import { BrokenInvariant } from '../../harness/contracts/protocol-monitor.js';
import { createRandom, type Random } from '../../harness/environment/random.js';
import { TestClients } from './test-clients.js';
import { createRaftMonitor } from './monitor.js';
import { TestNetwork } from './test-network.js';

export type ChaosFault = 'partition' | 'kill' | 'power' | 'pause' | 'members' | 'transfer';

export interface ChaosOptions {
  seed: number;
  nodes: number;
  faults: readonly ChaosFault[];
  bugs?: readonly string[];
  settings?: Readonly<Record<string, string>>;
  readModes?: readonly string[];
  loss?: number;
  /** Virtual milliseconds under faults; healing comes on top. */
  durationMs?: number;
  /** Mean virtual milliseconds between faults. */
  faultEveryMs?: number;
  /** Whether only what clients saw is judged, and the invariants are not. */
  clientsOnly?: boolean;
}

/** How much was done, so that a test can tell a run in which nothing happened. */
export interface ChaosResult {
  acknowledged: number;
}

const SETTINGS = { electionTimeoutMs: '100', heartbeatMs: '20', snapshotThreshold: '40' };

/** One run under random faults; throws the first `BrokenInvariant`. Equal options give equal runs. */
export function runChaos(options: ChaosOptions): ChaosResult {
  const random = createRandom(options.seed);
  const members = Array.from({ length: options.nodes }, (_, i) => `n${i + 1}`);
  const network = new TestNetwork({
    members,
    random: random.fork('network'),
    settings: { ...SETTINGS, snapshotChunk: '256', ...options.settings },
    bugs: options.bugs,
    loss: options.loss ?? 0.02,
    duplication: 0.02,
    delayMs: 2,
    syncMs: 2,
  });
  if (!options.clientsOnly) network.monitor = createRaftMonitor();
  for (const name of members) network.restart(name);
  const clients = new TestClients(network, members, options.readModes);
  network.after(250, () => clients.start(6));
  scheduleFaults(network, random.fork('faults'), options);
  network.run(options.durationMs ?? 3000);
  heal(network);
  network.run(1500);
  clients.stop();
  network.run(1500);
  // A command that was lost several times may have come to its end only now.
  network.run(1500, () => new Set(describeStates(network)).size === 1);
  clients.check();
  checkConvergence(network);
  return { acknowledged: clients.acknowledged };
}

function scheduleFaults(network: TestNetwork, random: Random, options: ChaosOptions): void {
  const endMs = options.durationMs ?? 3000;
  const next = (): void => {
    if (network.nowMs >= endMs) return;
    injectFault(network, random, random.pick(options.faults));
    network.after(random.exponential(options.faultEveryMs ?? 250), next);
  };
  network.after(300, next);
}

/** Each fault heals by itself after a while, or meets the next one before that. */
function injectFault(network: TestNetwork, random: Random, fault: ChaosFault): void {
  const names = [...network.nodes.keys()];
  const lastsMs = random.exponential(300);
  switch (fault) {
    case 'partition':
      network.heal();
      partition(network, random, names);
      network.after(lastsMs, () => network.heal());
      break;
    case 'kill':
    case 'power':
      for (const name of pickVictims(network, random, names)) {
        network.crash(name, fault);
        network.after(random.exponential(100), () => network.restart(name));
      }
      break;
    case 'pause':
      network.pause(random.pick(names), lastsMs);
      break;
    case 'members': {
      const path = random.integer(2) === 0 ? '/members/add' : '/members/remove';
      network.request(random.pick(names), path, { name: random.pick(names) }, () => undefined);
      break;
    }
    case 'transfer':
      network.request(random.pick(names), '/transfer', { to: random.pick(names) }, () => undefined);
      break;
  }
}

function partition(network: TestNetwork, random: Random, names: readonly string[]): void {
  const shuffled = random.shuffle(names);
  const leaders = network.leaders();
  switch (random.integer(4)) {
    case 0:
      network.partition(shuffled.slice(0, 1), shuffled.slice(1));
      break;
    case 1:
      network.partition(
        leaders,
        names.filter((name) => !leaders.includes(name)),
      );
      break;
    case 2: {
      const size = 1 + random.integer(names.length - 1);
      network.partition(shuffled.slice(0, size), shuffled.slice(size));
      break;
    }
    default: {
      const all = names.flatMap((from) => names.map((to) => `${from}>${to}`));
      network.cut(all.filter(() => random.integer(3) === 0));
    }
  }
}

function pickVictims(
  network: TestNetwork,
  random: Random,
  names: readonly string[],
): readonly string[] {
  const kind = random.integer(4);
  if (kind === 0) return names;
  if (kind === 1) return network.leaders();
  return random.shuffle(names).slice(0, kind === 2 ? 1 : 1 + random.integer(names.length));
}

function heal(network: TestNetwork): void {
  network.heal();
  for (const [name, node] of network.nodes) {
    node.pausedUntilMs = 0;
    network.restart(name);
  }
}

/** Once healed there is one leader, and every member of its cluster has the state that it has. */
function checkConvergence(network: TestNetwork): void {
  const leaders = network.leaders();
  if (leaders.length !== 1)
    throw new BrokenInvariant('liveness', `${leaders.length} leaders after healing`);
  const states = new Set(describeStates(network));
  if (states.size > 1) {
    const detail = `states differ in the end: ${[...states].join(' ')}`;
    throw new BrokenInvariant('state machine safety', detail);
  }
}

/** What the members of the first leader's cluster hold. */
function describeStates(network: TestNetwork): string[] {
  const [leader] = network.leaders();
  if (leader === undefined) return [];
  return (network.status(leader).members as string[]).map((name) => {
    const { applied, term } = network.status(name);
    const keys = ['k0', 'k1'].map((key) => readLocal(network, name, key));
    return JSON.stringify({ applied, term, keys });
  });
}

function readLocal(network: TestNetwork, name: string, key: string): unknown {
  let answer: unknown;
  network.request(name, '/get', { key, read: 'local' }, (given) => (answer = given.body));
  network.run(0);
  return answer;
}
