import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import { createRandom, type Random } from '../../../harness/environment/random.js';
import { type ChaosFault, healAll, scheduleFaults } from '../../replication/testing/chaos.js';
import { TestNetwork } from '../../replication/testing/network.js';
import { TestClients } from './clients.js';
import { createRaftMonitor } from '../monitor/monitor.js';
import { RAFT_SYSTEM } from './cluster.js';

export type RaftFault = ChaosFault | 'members' | 'transfer';

export interface ChaosOptions {
  seed: number;
  nodes: number;
  faults: readonly RaftFault[];
  bugs?: readonly string[];
  settings?: Readonly<Record<string, string>>;
  readModes?: readonly string[];
  /** Shares of all messages that are lost and doubled; and how long one is under way, on average. */
  loss?: number;
  duplication?: number;
  delayMs?: number;
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
  /** How many terms were opened. */
  terms: number;
}

const SETTINGS = { electionTimeoutMs: '100', heartbeatMs: '20', snapshotThreshold: '40' };

/** One run under random faults; throws the first `BrokenInvariant`. Equal options give equal runs. */
export function runChaos(options: ChaosOptions): ChaosResult {
  const random = createRandom(options.seed);
  const durationMs = options.durationMs ?? 3000;
  const members = Array.from({ length: options.nodes }, (_, i) => `n${i + 1}`);
  const network = new TestNetwork({
    system: RAFT_SYSTEM,
    members,
    random: random.fork('network'),
    settings: { ...SETTINGS, snapshotChunk: '256', ...options.settings },
    bugs: options.bugs,
    loss: options.loss ?? 0.02,
    duplication: options.duplication ?? 0.02,
    delayMs: options.delayMs ?? 2,
    syncMs: 2,
  });
  if (!options.clientsOnly) network.monitor = createRaftMonitor();
  for (const name of members) network.restart(name);
  const clients = new TestClients(network, members, options.readModes);
  network.after(250, () => clients.start(6));
  const faultDice = random.fork('faults');
  scheduleFaults(network, faultDice, {
    faults: options.faults,
    durationMs,
    everyMs: options.faultEveryMs ?? 250,
    injectOther: (fault) => askForChange(network, faultDice, fault),
  });
  network.run(durationMs);
  healAll(network);
  network.run(1500);
  clients.stop();
  network.run(1500);
  // A command that was lost several times may have come to its end only now.
  network.run(1500, () => new Set(describeStates(network)).size === 1);
  clients.check();
  checkConvergence(network);
  const terms = members.map((name) => network.status(name).term as number);
  return { acknowledged: clients.acknowledged, terms: Math.max(...terms) };
}

/** Changes of the membership and of leadership, as a client asks for them. */
function askForChange(network: TestNetwork, random: Random, fault: 'members' | 'transfer'): void {
  const names = [...network.nodes.keys()];
  if (fault === 'members') {
    const path = random.integer(2) === 0 ? '/members/add' : '/members/remove';
    // Several at once, and mostly of a node that leads: a sound leader takes one of them.
    const asked = random.pick([...names, ...network.leaders(), ...network.leaders()]);
    for (const name of random.shuffle(names).slice(0, 1 + random.integer(3))) {
      network.request(asked, path, { name }, () => undefined);
    }
  } else {
    network.request(random.pick(names), '/transfer', { to: random.pick(names) }, () => undefined);
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
