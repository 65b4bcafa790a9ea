import type { Link } from '../../harness/contracts/cluster.js';
import type { Clock, Timer } from '../../harness/environment/environment.js';
import type { Random } from '../../harness/environment/random.js';
import { remainingMs } from '../../harness/environment/elapsed.js';

/** What a cut has held back since it began. */
export interface HeldBack {
  bytes: number;
  connections: number;
}

/**
 * One direction between two endpoints, shared by every connection that has bytes going this way: the
 * dialer's on the one proxy, the answers on the other.
 */
export class LinkState {
  readonly link: Link;
  readonly random: Random;
  held: HeldBack = { bytes: 0, connections: 0 };
  private readonly channels = new Set<Channel>();
  private isCut = false;
  private delayMs = 0;
  private jitterMs = 0;

  constructor(link: Link, random: Random) {
    this.link = link;
    this.random = random;
  }

  get cut(): boolean {
    return this.isCut;
  }

  /** Holds everything back from now on; the count of what was held begins anew. */
  setCut(): void {
    if (!this.isCut) this.held = { bytes: 0, connections: 0 };
    this.isCut = true;
  }

  setDelay(delayMs: number, jitterMs: number): void {
    this.delayMs = delayMs;
    this.jitterMs = jitterMs;
  }

  /** Takes back cut and delay. What was held or delayed arrives now, in its order. */
  heal(): void {
    this.isCut = false;
    this.setDelay(0, 0);
    for (const channel of this.channels) channel.release();
  }

  /** How long the next piece is to be delayed, milliseconds. */
  drawDelayMs(): number {
    return this.jitterMs === 0 ? this.delayMs : this.delayMs + this.random.next() * this.jitterMs;
  }

  join(channel: Channel): void {
    this.channels.add(channel);
  }

  leave(channel: Channel): void {
    this.channels.delete(channel);
  }
}

interface Piece {
  /** Not before this time of the clock, nanoseconds. */
  due: number;
  size: number;
  deliver: () => void;
}

/**
 * One direction of one connection: pieces (bytes, the dialing itself, its end, its reset) that arrive in
 * the order in which they were sent, each after the link's delay and not while the link is cut. As with
 * TCP, nothing is lost by a cut: what was sent into it arrives after the healing.
 */
export class Channel {
  /** Bytes that wait; the sender stops reading where they are too many. */
  queuedBytes = 0;
  /** Called when pieces have left the queue. */
  onDrained: (() => void) | undefined;
  private readonly state: LinkState;
  private readonly clock: Clock;
  private queue: Piece[] = [];
  private timer: Timer | undefined;
  private closed = false;

  constructor(state: LinkState, clock: Clock) {
    this.state = state;
    this.clock = clock;
    state.join(this);
  }

  get isEmpty(): boolean {
    return this.queue.length === 0;
  }

  /** Sends one piece; a closed channel takes nothing. */
  send(size: number, deliver: () => void): void {
    if (this.closed) return;
    if (this.state.cut) this.state.held.bytes += size;
    const delayNs = this.state.drawDelayMs() * 1e6;
    if (this.isEmpty && delayNs === 0 && !this.state.cut) {
      deliver();
      return;
    }
    this.queue.push({ due: this.clock.now() + delayNs, size, deliver });
    this.queuedBytes += size;
    this.flush();
  }

  /** Makes everything due that still waits for its delay, and delivers it. */
  release(): void {
    for (const piece of this.queue) piece.due = 0;
    this.flush();
  }

  /**
   * Delivers what is due, and wakes up again for what is not. A piece that is due waits for those before it:
   * TCP keeps the order, whatever the jitter.
   */
  flush(): void {
    if (this.timer !== undefined) this.clock.clearTimer(this.timer);
    this.timer = undefined;
    while (!this.isEmpty && !this.state.cut && this.queue[0].due <= this.clock.now()) {
      const piece = this.queue.shift() as Piece;
      this.queuedBytes -= piece.size;
      piece.deliver();
    }
    this.onDrained?.();
    if (this.isEmpty || this.state.cut) return;
    const waitMs = Math.max(0, remainingMs(this.clock, this.queue[0].due));
    this.timer = this.clock.setTimer(() => this.flush(), waitMs);
  }

  /** Forgets what waits; nothing is delivered any more. */
  close(): void {
    this.closed = true;
    if (this.timer !== undefined) this.clock.clearTimer(this.timer);
    this.queue = [];
    this.queuedBytes = 0;
    this.state.leave(this);
  }
}
