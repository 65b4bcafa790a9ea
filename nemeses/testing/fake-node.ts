import type {
  ClockReading,
  ClockSkew,
  ClusterNode,
  DiskDamage,
  DiskFault,
  DiskProbe,
  NodeState,
  Resources,
  Stop,
} from '../../harness/contracts/cluster.js';
import { STOP_LIMIT_MS } from '../../harness/contracts/cluster.js';
import type { Clock } from '../../harness/environment/environment.js';

const REFUSALS = { full: 'ENOSPC', 'read-only': 'EROFS', errors: 'EIO', slow: undefined };
const MEMORY_MIB = 512;

/**
 * A node in memory, with every facet that there is; starting takes 50 ms. A test may put its own methods in the place of
 * those of a facet.
 */
export class FakeNode implements ClusterNode {
  state: NodeState = 'running';
  readonly address = { host: 'memory', port: 0 };
  log = '';
  version = '1';
  /** A version as which it does not come up. */
  badVersion: string | undefined;
  /** After so long it obeys the order to end. */
  endsAfterMs = 5;
  /** It says that it has ended and begun again, and has not. */
  deafToRestarts = false;
  expectedEnd: string | null = null;
  /** The members that it was told when it was made anew. */
  joined: readonly string[] | undefined;
  /** Thrown by the next action of this name. */
  failures: Partial<Record<'kill' | 'pause' | 'start' | 'resume', Error>> = {};
  private lives = 1;

  skew: ClockSkew | null = null;
  /** How long its next clock readings take, each there and back. */
  readings: number[] = [];
  private skewedAt = 0;

  diskFault: DiskFault | null = null;
  deafToDiskFaults = false;
  /** Ends a moment after its disk was mended, silent until then. */
  endsWhenMended = false;
  /** Damage that it starts on; a flipped bit it notices, a cut tail only where the others tell it. */
  damage: DiskDamage | null = null;
  isToldOfDamage = false;

  memoryLimit = MEMORY_MIB;
  cpus: number | null = null;
  deafToLimits = false;
  /** It wants nothing that a limit could keep from it. */
  isModest = false;

  constructor(
    readonly name: string,
    private readonly time: Clock,
  ) {}

  readonly process = {
    start: () => this.start(),
    kill: () => this.act('kill', 'stopped', 1),
    stop: async (limitMs = STOP_LIMIT_MS): Promise<Stop> => {
      const tookMs = Math.min(this.endsAfterMs, limitMs);
      await this.act('kill', 'stopped', tookMs);
      return { tookMs, killed: tookMs < this.endsAfterMs, exitCode: 0, signal: null };
    },
    incarnation: async () => (this.state === 'running' ? `life ${this.lives}` : undefined),
    expectEnd: (reason: string | null) => {
      this.expectedEnd = reason;
    },
  };

  readonly suspension = {
    pause: () => this.act('pause', 'paused', 1),
    resume: () => this.act('resume', 'running', 1),
  };

  readonly power = {
    cut: async () => {
      await this.process.kill();
      return { lostBytes: 12, lostFiles: 1 };
    },
  };

  readonly clock = {
    skew: async (skew: ClockSkew) => this.setSkew(skew),
    putRight: async () => this.setSkew(null),
    read: () => this.readClock(),
  };

  readonly disk = {
    break: async (fault: DiskFault) => {
      if (!this.deafToDiskFaults) this.diskFault = fault;
    },
    mend: async () => this.mendDisk(),
    probe: async (): Promise<DiskProbe> => {
      const fault = this.diskFault;
      const tookMs = fault?.kind === 'slow' ? fault.delayMs : 1;
      await this.time.sleep(tookMs);
      return { refusal: fault ? REFUSALS[fault.kind] : undefined, tookMs };
    },
  };

  readonly storedLog = {
    damage: async (damage: DiskDamage) => {
      this.damage = damage;
      return 'log: damaged';
    },
    restore: async () => {
      this.damage = null;
      return 'log: as it was';
    },
  };

  readonly resources = {
    read: async () => this.measure(),
    limitMemory: async (bytes: number | null): Promise<void> => {
      await this.time.sleep(1);
      if (!this.deafToLimits) this.memoryLimit = bytes ?? MEMORY_MIB;
    },
    limitCpu: async (cpus: number | null): Promise<void> => {
      await this.time.sleep(1);
      if (!this.deafToLimits) this.cpus = cpus;
    },
  };

  readonly upgrade = {
    changeVersion: async (version: string) => {
      this.version = version;
    },
  };

  readonly membership = {
    joinAnew: async (members: readonly string[]) => {
      this.joined = members;
    },
  };

  async status(timeoutMs: number): Promise<{ name: string; version: string } | undefined> {
    if (this.endsWhenMended) return undefined;
    if (this.state === 'running') return { name: this.name, version: `${this.version}.7` };
    if (this.state === 'paused') await this.time.sleep(timeoutMs);
    return undefined;
  }

  async logTail(): Promise<string> {
    return this.log;
  }

  private async start(): Promise<void> {
    if (this.damage?.kind === 'flip-bit') throw new Error('corrupt log');
    if (this.version === this.badVersion) throw new Error('unknown record');
    await this.act('start', 'running', 50);
    if (this.damage !== null && this.isToldOfDamage) {
      this.time.setTimer(() => (this.state = 'crashed'), 500);
    }
    if (!this.deafToRestarts) this.lives += 1;
  }

  private setSkew(skew: ClockSkew | null): void {
    this.skew = skew;
    this.skewedAt = this.time.now();
  }

  private async readClock(): Promise<ClockReading> {
    const fromMs = this.time.wallMs();
    await this.time.sleep(this.readings.shift() ?? 4);
    const { offsetMs = 0, driftPpm = 0, strobeMs } = this.skew ?? {};
    const sinceMs = (this.time.now() - this.skewedAt) / 1e6;
    const isRight = strobeMs !== undefined && Math.floor(sinceMs / strobeMs) % 2 === 1;
    const off = isRight ? 0 : offsetMs + (sinceMs * driftPpm) / 1e6;
    const wallMs = this.time.wallMs() + off;
    await this.time.sleep(this.readings.shift() ?? 3);
    return { wallMs, fromMs, untilMs: this.time.wallMs() };
  }

  private mendDisk(): void {
    if (!this.deafToDiskFaults) this.diskFault = null;
    if (!this.endsWhenMended) return;
    this.time.setTimer(() => {
      this.endsWhenMended = false;
      this.state = 'crashed';
    }, 100);
  }

  private measure(): Resources {
    const [memory, cpu] = [this.memoryLimit !== MEMORY_MIB, this.cpus !== null];
    return {
      memoryBytes: 100,
      reclaimableBytes: 50,
      memoryLimitBytes: this.memoryLimit,
      memoryHits: memory && !this.isModest ? this.time.now() : 0,
      memoryKills: 0,
      cpus: this.cpus,
      throttledPeriods: cpu && !this.isModest ? this.time.now() : 0,
      throttledMs: cpu && !this.isModest ? this.time.now() : 0,
    };
  }

  private async act(name: keyof typeof this.failures, state: NodeState, ms: number): Promise<void> {
    await this.time.sleep(ms);
    const failure = this.failures[name];
    delete this.failures[name];
    if (failure !== undefined) throw failure;
    this.state = state;
  }
}
