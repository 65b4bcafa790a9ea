import type { Link } from '../../harness/contracts/cluster.js';
import type { Clock, Timer } from '../../harness/environment/environment.js';
import type { Random } from '../../harness/environment/random.js';

/** A local network: some tenths of a millisecond, now and then a good deal more. */
const BASE_LATENCY_MS = 0.15;
const MEAN_EXTRA_MS = 0.2;
const TAIL_SHARE = 0.01;
const TAIL_MEAN_MS = 8;
/** What a connection keeps while nothing passes: the buffers of both ends. */
const HELD_MESSAGES = 200;
/** The queue before a narrow link: what would have to wait longer is dropped, but for streams. */
const LONGEST_WAIT_MS = 400;
/** When TCP sends again what was lost: the shortest timeout that Linux allows. */
const RETRANSMIT_MS = 200;

/** What goes over a link. A stream is never lost, doubled or overtaken, only late: TCP sees to that. */
export interface Parcel {
  arrive: () => void;
  isStream: boolean;
  /** For those who count; asked only where something is held back. */
  bytes: () => number;
}

/** What has become of parcels that did not simply pass. */
export interface LinkCounters {
  heldBytes: number;
  heldParcels: number;
  lost: number;
  /** Parcels that a narrow link let wait, and those that would have had to wait too long. */
  waits: number;
  dropped: number;
  reordered: number;
  duplicated: number;
}

interface Shaping {
  delayMs: number;
  jitterMs: number;
  lossPercent: number;
  reorderPercent: number;
  reorderDelayMs: number;
  duplicatePercent: number;
  /** 0: no limit. */
  bitsPerSecond: number;
}

const OPEN: Shaping = {
  delayMs: 0,
  jitterMs: 0,
  lossPercent: 0,
  reorderPercent: 0,
  reorderDelayMs: 0,
  duplicatePercent: 0,
  bitsPerSecond: 0,
};

/** A parcel on its way through a narrow link. */
interface Queued {
  parcel: Parcel;
  timer: Timer;
  /** When what was sent before it arrives. */
  afterNs: number;
}

/**
 * One direction between two endpoints. Parcels arrive in the order in which they were sent, as over a
 * connection, unless the link is told to reorder them. A cut lets nothing in; whether what is sent during
 * it comes after the healing (the connection lived on) or never (it was given up) is thrown once for each cut.
 */
export class SimulatedLink {
  readonly counters: LinkCounters = {
    heldBytes: 0,
    heldParcels: 0,
    lost: 0,
    waits: 0,
    dropped: 0,
    reordered: 0,
    duplicated: 0,
  };
  private shaping: Shaping = OPEN;
  private isCut = false;
  private keepsHeld = false;
  private held: Parcel[] = [];
  private readonly queue = new Set<Queued>();
  private lastArrivalNs = 0;
  /** When a narrow link has sent what it was given. */
  private busyUntilNs = 0;

  constructor(
    readonly link: Link,
    private readonly quiet: Clock,
    private readonly random: Random,
  ) {}

  send(parcel: Parcel): void {
    if (this.isCut) {
      this.hold(parcel);
      return;
    }
    const { lossPercent, duplicatePercent } = this.shaping;
    const isLost = lossPercent > 0 && this.random.next() * 100 < lossPercent;
    if (isLost) {
      this.counters.lost += 1;
      this.counters.heldBytes += parcel.bytes();
      if (!parcel.isStream) return;
    }
    this.carry(parcel, isLost ? RETRANSMIT_MS : 0);
    if (parcel.isStream || duplicatePercent === 0) return;
    if (this.random.next() * 100 >= duplicatePercent) return;
    this.counters.duplicated += 1;
    this.carry(parcel, 0);
  }

  /** Whether it limits, reorders or duplicates now. */
  get isShaped(): boolean {
    const { bitsPerSecond, reorderPercent, duplicatePercent } = this.shaping;
    return bitsPerSecond > 0 || reorderPercent > 0 || duplicatePercent > 0;
  }

  cut(): void {
    this.isCut = true;
    this.keepsHeld = this.random.integer(2) === 0;
  }

  shape(change: Partial<Shaping>): void {
    this.shaping = { ...this.shaping, ...change };
  }

  heal(): void {
    this.shaping = OPEN;
    this.isCut = false;
    this.letQueueThrough();
    for (const parcel of this.held.splice(0)) this.send(parcel);
  }

  private hold(parcel: Parcel): void {
    this.counters.heldParcels += 1;
    this.counters.heldBytes += parcel.bytes();
    if (this.keepsHeld && this.held.length < HELD_MESSAGES) this.held.push(parcel);
  }

  /** What still waits for room when the link is wide again waits no more; its order stays. */
  private letQueueThrough(): void {
    const queued = [...this.queue];
    if (queued.length === 0) return;
    const now = this.quiet.now();
    this.busyUntilNs = now;
    this.lastArrivalNs = Math.max(now + BASE_LATENCY_MS * 1e6, queued[0].afterNs);
    for (const entry of queued) {
      this.quiet.clearTimer(entry.timer);
      this.quiet.setTimer(entry.parcel.arrive, (this.lastArrivalNs - now) / 1e6);
    }
    this.queue.clear();
  }

  private carry(parcel: Parcel, extraMs: number): void {
    const now = this.quiet.now();
    const queueNs = this.queueNs(parcel, now);
    if (queueNs === undefined) return;
    const travelNs = (this.latencyMs() + extraMs) * 1e6 + queueNs;
    const arrivalNs = this.overtakes(parcel)
      ? now + travelNs
      : Math.max(now + travelNs, this.lastArrivalNs);
    const afterNs = this.lastArrivalNs;
    this.lastArrivalNs = Math.max(afterNs, arrivalNs);
    if (queueNs === 0) {
      this.quiet.setTimer(parcel.arrive, (arrivalNs - now) / 1e6);
      return;
    }
    const arrive = (): void => {
      this.queue.delete(entry);
      parcel.arrive();
    };
    const timer = this.quiet.setTimer(arrive, (arrivalNs - now) / 1e6);
    const entry: Queued = { parcel, timer, afterNs };
    this.queue.add(entry);
  }

  /** Netem's way: all are delayed but those that overtake. */
  private overtakes({ isStream }: Parcel): boolean {
    const { reorderPercent } = this.shaping;
    if (isStream || reorderPercent === 0) return false;
    if (this.random.next() * 100 >= reorderPercent) return false;
    this.counters.reordered += 1;
    return true;
  }

  private latencyMs(): number {
    const { random } = this;
    const { delayMs, jitterMs, reorderDelayMs } = this.shaping;
    const extra = random.next() < TAIL_SHARE ? TAIL_MEAN_MS : MEAN_EXTRA_MS;
    const jitter = jitterMs > 0 ? random.next() * jitterMs : 0;
    return BASE_LATENCY_MS + random.exponential(extra) + delayMs + jitter + reorderDelayMs;
  }

  /** How long a narrow link takes until this parcel is through; undefined where there is no room for it. */
  private queueNs({ bytes, isStream }: Parcel, now: number): number | undefined {
    const { bitsPerSecond } = this.shaping;
    if (bitsPerSecond === 0) return 0;
    const waitNs = Math.max(0, this.busyUntilNs - now);
    if (waitNs > 0) this.counters.waits += 1;
    if (waitNs > LONGEST_WAIT_MS * 1e6 && !isStream) {
      this.counters.dropped += 1;
      return undefined;
    }
    this.busyUntilNs = now + waitNs + ((bytes() * 8) / bitsPerSecond) * 1e9;
    return this.busyUntilNs - now;
  }
}
