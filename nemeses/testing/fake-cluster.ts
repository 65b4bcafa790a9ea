import type {
  ClockReading,
  ClockSkew,
  Cluster,
  ClusterNode,
  DiskDamage,
  DiskFault,
  DiskProbe,
  HeldBack,
  Link,
  Network,
  NodeState,
  PowerLoss,
  Resources,
  ShapedTraffic,
  Stop,
} from '../../harness/contracts/cluster.js';
import { STOP_LIMIT_MS } from '../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../harness/contracts/nemesis.js';
import type { Membership, Target } from '../../harness/contracts/target.js';
import type { Clock } from '../../harness/environment/environment.js';
import { fakeTarget } from '../../runtimes/testing/fake-target.js';

const keyOf = ({ from, to }: Link): string => `${from}>${to}`;

/** A node in memory; starting takes 50 ms. */
class FakeNode implements ClusterNode {
  state: NodeState = 'running';
  readonly address = { host: 'memory', port: 0 };
  skew: ClockSkew | null = null;
  private skewedAt = 0;
  diskFault: DiskFault | null = null;
  /** Damage that it starts on; a flipped bit it notices, a cut tail only where the others tell it. */
  damage: DiskDamage | null = null;
  deafToDiskFaults = false;
  /** Ends a moment after its disk was mended, silent until then. */
  endsWhenMended = false;
  isToldOfDamage = false;
  /** After so long it obeys the order to end. */
  endsAfterMs = 5;
  /** It says that it has ended and begun again, and has not. */
  deafToRestarts = false;
  private lives = 1;
  memoryLimit = 512;
  cpus: number | null = null;
  deafToLimits = false;
  /** It wants nothing that a limit could keep from it. */
  isModest = false;
  version = '1';
  log = '';
  /** How long its next clock readings take, each there and back. */
  readings: number[] = [];
  expectedEnd: string | null = null;
  /** The members that it was told when it was made anew. */
  joined: readonly string[] | undefined;
  /** A version as which it does not come up. */
  badVersion: string | undefined;
  /** Thrown by the next action of this name. */
  failures: Partial<Record<'kill' | 'pause' | 'start' | 'resume', Error>> = {};

  constructor(
    readonly name: string,
    private readonly clock: Clock,
  ) {}

  async start(): Promise<void> {
    if (this.damage?.kind === 'flip-bit') throw new Error('corrupt log');
    if (this.version === this.badVersion) throw new Error('unknown record');
    await this.act('start', 'running', 50);
    if (this.damage !== null && this.isToldOfDamage) {
      this.clock.setTimer(() => (this.state = 'crashed'), 500);
    }
    if (!this.deafToRestarts) this.lives += 1;
  }
  async kill(): Promise<void> {
    await this.act('kill', 'stopped', 1);
  }
  async cutPower(): Promise<PowerLoss> {
    await this.kill();
    return { lostBytes: 12, lostFiles: 1 };
  }
  async stop(limitMs = STOP_LIMIT_MS): Promise<Stop> {
    const tookMs = Math.min(this.endsAfterMs, limitMs);
    await this.act('kill', 'stopped', tookMs);
    return { tookMs, killed: tookMs < this.endsAfterMs, exitCode: 0, signal: null };
  }
  async incarnation(): Promise<string | undefined> {
    return this.state === 'running' ? `life ${this.lives}` : undefined;
  }
  async pause(): Promise<void> {
    await this.act('pause', 'paused', 1);
  }
  async resume(): Promise<void> {
    await this.act('resume', 'running', 1);
  }
  async resources(): Promise<Resources> {
    const [memory, cpu] = [this.memoryLimit !== 512, this.cpus !== null];
    return {
      memoryBytes: 100,
      reclaimableBytes: 50,
      memoryLimitBytes: this.memoryLimit,
      memoryHits: memory && !this.isModest ? this.clock.now() : 0,
      memoryKills: 0,
      cpus: this.cpus,
      throttledPeriods: cpu && !this.isModest ? this.clock.now() : 0,
      throttledMs: cpu && !this.isModest ? this.clock.now() : 0,
    };
  }
  async limitMemory(bytes: number | null): Promise<void> {
    await this.clock.sleep(1);
    if (!this.deafToLimits) this.memoryLimit = bytes ?? 512;
  }
  async limitCpu(cpus: number | null): Promise<void> {
    await this.clock.sleep(1);
    if (!this.deafToLimits) this.cpus = cpus;
  }
  expectEnd(reason: string | null): void {
    this.expectedEnd = reason;
  }
  async forget(members: readonly string[]): Promise<void> {
    this.joined = members;
  }
  async changeVersion(version: string): Promise<void> {
    this.version = version;
  }
  async status(timeoutMs: number): Promise<{ name: string; version: string } | undefined> {
    if (this.endsWhenMended) return undefined;
    if (this.state === 'running') return { name: this.name, version: `${this.version}.7` };
    if (this.state === 'paused') await this.clock.sleep(timeoutMs);
    return undefined;
  }
  async skewClock(skew: ClockSkew | null): Promise<void> {
    this.skew = skew;
    this.skewedAt = this.clock.now();
  }
  async readClock(): Promise<ClockReading> {
    const fromMs = this.clock.wallMs();
    await this.clock.sleep(this.readings.shift() ?? 4);
    const { offsetMs = 0, driftPpm = 0, strobeMs } = this.skew ?? {};
    const sinceMs = (this.clock.now() - this.skewedAt) / 1e6;
    const isRight = strobeMs !== undefined && Math.floor(sinceMs / strobeMs) % 2 === 1;
    const off = isRight ? 0 : offsetMs + (sinceMs * driftPpm) / 1e6;
    const wallMs = this.clock.wallMs() + off;
    await this.clock.sleep(this.readings.shift() ?? 3);
    return { wallMs, fromMs, untilMs: this.clock.wallMs() };
  }
  async breakDisk(fault: DiskFault | null): Promise<void> {
    if (!this.deafToDiskFaults) this.diskFault = fault;
    if (fault === null && this.endsWhenMended) {
      this.clock.setTimer(() => {
        this.endsWhenMended = false;
        this.state = 'crashed';
      }, 100);
    }
  }
  async probeDisk(): Promise<DiskProbe> {
    const fault = this.diskFault;
    const tookMs = fault?.kind === 'slow' ? fault.delayMs : 1;
    await this.clock.sleep(tookMs);
    const codes = { full: 'ENOSPC', 'read-only': 'EROFS', errors: 'EIO', slow: undefined };
    return { refusal: fault ? codes[fault.kind] : undefined, tookMs };
  }
  async damageDisk(damage: DiskDamage | null): Promise<string> {
    this.damage = damage;
    return damage === null ? 'log: as it was' : 'log: damaged';
  }
  async logTail(): Promise<string> {
    return this.log;
  }

  private async act(name: keyof typeof this.failures, state: NodeState, ms: number): Promise<void> {
    await this.clock.sleep(ms);
    const failure = this.failures[name];
    delete this.failures[name];
    if (failure !== undefined) throw failure;
    this.state = state;
  }
}

/** What shaped links do to traffic; the names of what is counted. */
type ShapeEffect = Exclude<keyof ShapedTraffic, 'links'>;

/** Links in memory. The `deafTo…` make it a network on which these faults take no effect. */
class FakeNetwork implements Network {
  readonly capabilities = new Set([
    'cut',
    'delay',
    'loss',
    'bandwidth',
    'reorder',
    'duplicate',
  ] as const);
  readonly blocked = new Set<string>();
  readonly delays = new Map<string, number>();
  /** Since when each link loses packets, by the clock; and what healed links have lost. */
  private readonly lossy = new Map<string, number>();
  private lostBefore = 0;
  /** What the shape of each link that has one does, and since when; a healed link's counts are forgotten. */
  readonly shapes = new Map<string, { effect: ShapeEffect; since: number }>();
  deafToCuts = false;
  deafToShapes = false;
  /** Links are shaped, but nothing passes that would feel it. */
  idle = false;
  deafToDelays = false;
  deafToHealing = false;

  constructor(
    private readonly nodes: readonly FakeNode[],
    private readonly clock: Clock,
  ) {}

  async cut(links: readonly Link[]): Promise<void> {
    if (!this.deafToCuts) links.forEach((link) => this.blocked.add(keyOf(link)));
  }
  async delay(links: readonly Link[], { delayMs }: { delayMs: number }): Promise<void> {
    if (!this.deafToDelays) links.forEach((link) => this.delays.set(keyOf(link), delayMs));
  }
  async loss(links: readonly Link[]): Promise<void> {
    links.forEach((link) => this.lossy.set(keyOf(link), this.clock.now()));
  }
  /** A byte is lost on each lossy link in a millisecond. */
  async heldBack(): Promise<HeldBack> {
    const now = this.clock.now();
    const lost = [...this.lossy.values()].reduce((sum, since) => sum + (now - since) / 1e6, 0);
    return { bytes: this.lostBefore + lost, connections: 0 };
  }
  async bandwidth(links: readonly Link[]): Promise<void> {
    this.shape(links, 'waits');
  }
  async reorder(links: readonly Link[]): Promise<void> {
    this.shape(links, 'reordered');
  }
  async duplicate(links: readonly Link[]): Promise<void> {
    this.shape(links, 'duplicated');
  }
  /** A packet feels each shaped link in a millisecond. */
  async shaped(links: readonly Link[]): Promise<ShapedTraffic> {
    const traffic = { links: 0, waits: 0, dropped: 0, reordered: 0, duplicated: 0 };
    for (const shape of links.flatMap((link) => this.shapes.get(keyOf(link)) ?? [])) {
      traffic.links += 1;
      if (!this.idle) traffic[shape.effect] += (this.clock.now() - shape.since) / 1e6;
    }
    return traffic;
  }
  async heal(links?: readonly Link[]): Promise<void> {
    if (this.deafToHealing) return;
    this.lostBefore = (await this.heldBack()).bytes;
    this.lossy.clear();
    const disturbed = [...this.blocked, ...this.delays.keys(), ...this.shapes.keys()];
    for (const key of links?.map(keyOf) ?? disturbed) {
      this.blocked.delete(key);
      this.delays.delete(key);
      this.shapes.delete(key);
    }
  }
  async probe(link: Link, timeoutMs: number): Promise<boolean> {
    const ends = this.nodes.filter(({ name }) => name === link.from || name === link.to);
    const delayMs = 1 + (this.delays.get(keyOf(link)) ?? 0);
    const passes = !this.blocked.has(keyOf(link)) && ends.every(({ state }) => state === 'running');
    await this.clock.sleep(passes ? Math.min(delayMs, timeoutMs) : timeoutMs);
    return passes && delayMs <= timeoutMs;
  }

  private shape(links: readonly Link[], effect: ShapeEffect): void {
    if (this.deafToShapes) return;
    for (const link of links) this.shapes.set(keyOf(link), { effect, since: this.clock.now() });
  }
}

interface FakeCluster extends Cluster {
  nodes: FakeNode[];
  network: FakeNetwork;
}

export interface FakeContext extends NemesisContext {
  cluster: FakeCluster;
}

/** A cluster of `count` nodes, n1 and so on, with what a nemesis is given. */
export function fakeContext(count: number, clock: Clock, leader?: string): FakeContext {
  const nodes = Array.from({ length: count }, (_, index) => new FakeNode(`n${index + 1}`, clock));
  const network = new FakeNetwork(nodes, clock);
  const members = new Set(nodes.map(({ name }) => name));
  const membership: Membership = {
    members: async () => [...members],
    change: async (_node, kind, { name }) => {
      await clock.sleep(1);
      if (kind === 'add') members.add(name);
      else members.delete(name);
    },
  };
  // Where the leader does not run another one leads.
  const leadership: Target['leadership'] = ({ name }) => {
    const running = nodes.filter(({ state }) => state === 'running');
    const leads = running.find((node) => node.name === leader) ?? running.at(0);
    return { isLeader: name === leads?.name, term: 1 };
  };
  return {
    cluster: { nodes, network, onCrash: () => {}, teardown: async () => {} },
    target: { ...fakeTarget, membership, leadership },
    clock,
    versions: { from: '1', to: '2' },
    leader: () => Promise.resolve(leader),
  };
}
