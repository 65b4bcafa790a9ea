import net from 'node:net';
import type { Clock } from '../../../harness/environment/environment.js';
import { elapsedMs } from '../../../harness/environment/elapsed.js';

/** Where a peer is dialled: through the harness's proxy for this direction, where there is one. */
export interface PeerAddress {
  name: string;
  host: string;
  port: number;
}

/** What may wait for a slow or unreachable peer, in characters, before the oldest is dropped. */
const QUEUE_LIMIT = 1024 * 1024;

const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 200;
/** A connection that lasted this long was one; a proxy may accept for a peer that is not there. */
const LASTING_MS = 1000;

/**
 * The connection that carries this node's frames to one peer, and nothing back. It is dialled anew for
 * ever. Frames wait in a bounded queue while it is down or slow; past the limit the oldest are dropped
 * whole, as a network would.
 */
export class PeerLink {
  dropped = 0;
  private socket: net.Socket | null = null;
  /** Whether the socket took all that it was given; otherwise frames wait until it has drained. */
  private writable = false;
  private flushing = false;
  private retryMs = FIRST_RETRY_MS;
  private queue: string[] = [];
  private queued = 0;
  private closed = false;

  constructor(
    private readonly from: string,
    private readonly address: PeerAddress,
    private readonly clock: Clock,
  ) {
    this.dial();
  }

  /** Frames of one turn of the event loop leave in one write. */
  send(frame: string): void {
    this.queue.push(frame);
    this.queued += frame.length;
    if (this.writable) this.flushSoon();
    else this.dropOldest();
  }

  close(): void {
    this.closed = true;
    this.socket?.destroy();
  }

  private dial(): void {
    if (this.closed) return;
    const dialledAt = this.clock.now();
    const socket = net.connect({ host: this.address.host, port: this.address.port, noDelay: true });
    this.socket = socket;
    socket.on('connect', () => {
      this.writable = true;
      socket.write(`${JSON.stringify({ from: this.from })}\n`);
      this.flush();
    });
    socket.on('drain', () => {
      this.writable = true;
      this.flush();
    });
    // An error is always followed by 'close'.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      this.writable = false;
      if (elapsedMs(this.clock, dialledAt) > LASTING_MS) this.retryMs = FIRST_RETRY_MS;
      this.redialLater();
    });
    socket.resume();
  }

  private redialLater(): void {
    this.clock.setTimer(() => {
      this.dial();
    }, this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
  }

  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    process.nextTick(() => {
      this.flushing = false;
      if (this.writable) this.flush();
    });
  }

  private flush(): void {
    if (this.queue.length === 0 || !this.socket) return;
    const frames = this.queue;
    this.queue = [];
    this.queued = 0;
    this.writable = this.socket.write(frames.join(''));
  }

  private dropOldest(): void {
    let drop = 0;
    while (this.queued > QUEUE_LIMIT && drop < this.queue.length - 1) {
      this.queued -= this.queue[drop].length;
      drop++;
    }
    this.queue.splice(0, drop);
    this.dropped += drop;
  }
}
