import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import { createRandom } from '../../../harness/environment/random.js';
import { type ChaosFault, healAll, scheduleFaults } from '../../replication/testing/chaos.js';
import { TestNetwork, type TestSystem } from '../../replication/testing/network.js';
import { createZabMonitor } from '../monitor/monitor.js';
import { createZabProgram, type ZabProgram } from '../program.js';
import { TestClients } from './clients.js';

export const ZAB_SYSTEM: TestSystem = {
  createProgram: createZabProgram,
  isLeader: ({ role, phase }) => role === 'leading' && phase === 'broadcast',
};

export interface ChaosOptions {
  seed: number;
  nodes: number;
  faults: readonly ChaosFault[];
  bugs?: readonly string[];
  settings?: Readonly<Record<string, string>>;
  loss?: number;
  /** Virtual milliseconds under faults; healing comes on top. */
  durationMs?: number;
  /** Mean virtual milliseconds between faults. */
  faultEveryMs?: number;
  /** Whether only what clients saw is judged, and the invariants are not. */
  clientsOnly?: boolean;
}

const SETTINGS = { tickMs: '10', snapshotThreshold: '40' };

/** One run under random faults; throws the first `BrokenInvariant`. Equal options give equal runs. */
export function runChaos(options: ChaosOptions): { acknowledged: number } {
  const random = createRandom(options.seed);
  const members = Array.from({ length: options.nodes }, (_, i) => `n${i + 1}`);
  const durationMs = options.durationMs ?? 3000;
  const network = new TestNetwork({
    system: ZAB_SYSTEM,
    members,
    random: random.fork('network'),
    settings: { ...SETTINGS, ...options.settings },
    bugs: options.bugs,
    loss: options.loss ?? 0.02,
    duplication: 0.02,
    delayMs: 2,
    syncMs: 2,
  });
  if (!options.clientsOnly) network.monitor = createZabMonitor(members);
  for (const name of members) network.restart(name);
  const clients = new TestClients(network, members);
  network.after(250, () => clients.start(6));
  scheduleFaults(network, random.fork('faults'), {
    faults: options.faults,
    durationMs,
    everyMs: options.faultEveryMs ?? 250,
    injectOther: () => undefined,
  });
  network.run(durationMs);
  healAll(network);
  network.run(1500);
  clients.stop();
  // Until all sessions have expired.
  network.run(2000);
  clients.check();
  checkEphemerals(network);
  checkConvergence(network);
  return { acknowledged: clients.acknowledged };
}

/** All sessions are over, so their nodes must be. */
function checkEphemerals(network: TestNetwork): void {
  for (const [name, { program }] of network.nodes) {
    const kept = [...(program as ZabProgram).state.tree.childrenOf('/')].find((child) =>
      child.startsWith('e'),
    );
    if (kept === undefined) continue;
    throw new BrokenInvariant('ephemeral lifetime', `${name} has /${kept} after all sessions`);
  }
}

/** Once healed there is one leader, and every server has the state that it has. */
function checkConvergence(network: TestNetwork): void {
  const leaders = network.leaders();
  if (leaders.length !== 1) {
    throw new BrokenInvariant('liveness', `${leaders.length} leaders after healing`);
  }
  const states = new Set(
    [...network.nodes.values()].map(({ program }) => {
      const { tree, delivered } = (program as ZabProgram).state;
      const { tree: znodes, sessions } = tree.save();
      const sorted = (znodes as [string, unknown][]).sort(([a], [b]) => (a < b ? -1 : 1));
      return JSON.stringify({ delivered, sorted, sessions: sessions.length });
    }),
  );
  if (states.size > 1) {
    throw new BrokenInvariant('agreement', `states differ in the end: ${[...states].join(' ')}`);
  }
}
