import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Clock } from '../../harness/environment/environment.js';
import { Channel, type LinkState } from './link.js';

/** As much as a sender's socket buffer may hold; beyond it the sender has to wait, as with TCP. */
const BUFFER_BYTES = 1 << 20;

/**
 * What stands between one endpoint and the real port of another: everything that the one sends to the
 * other goes through `forward`, every answer through `backward`.
 */
export class LinkProxy {
  private readonly forward: LinkState;
  private readonly backward: LinkState;
  private readonly targetPort: number;
  private readonly clock: Clock;
  private readonly server: Server;
  private readonly connections = new Set<ProxiedConnection>();

  constructor(forward: LinkState, backward: LinkState, targetPort: number, clock: Clock) {
    this.forward = forward;
    this.backward = backward;
    this.targetPort = targetPort;
    this.clock = clock;
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (dialer) => {
      this.accept(dialer);
    });
    // One listener for each arrival that is awaited.
    this.server.setMaxListeners(0);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /**
   * Resolves when the connection that has this socket on the dialing side has reached the node, and rejects
   * where the node refused it. A kernel alone would say that the proxy has accepted.
   */
  async arrival(dialingSocket: Socket): Promise<void> {
    // The last one: an older connection from the same port may still have bytes held back.
    const find = (): ProxiedConnection | undefined =>
      [...this.connections].findLast(({ dialerPort }) => dialerPort === dialingSocket.localPort);
    while (find() === undefined && !dialingSocket.destroyed) await once(this.server, 'connection');
    await find()?.established;
  }

  /** Breaks what is connected now; returns how many connections that were. */
  reset(): number {
    const count = this.connections.size;
    for (const connection of [...this.connections]) connection.destroy();
    return count;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.reset();
    await closed;
  }

  private accept(dialer: Socket): void {
    const connection = new ProxiedConnection(
      dialer,
      new Channel(this.forward, this.clock),
      new Channel(this.backward, this.clock),
      this.targetPort,
    );
    this.connections.add(connection);
    connection.onClosed = () => this.connections.delete(connection);
    if (this.forward.cut) this.forward.held.connections += 1;
    connection.dial();
  }
}

/** A connection of two halves: from the dialer to us, and from us to the node. */
class ProxiedConnection {
  readonly established: Promise<void>;
  readonly dialerPort: number | undefined;
  onClosed: () => void = () => {};
  private readonly dialer: Socket;
  private upstream: Socket | undefined;
  private readonly forward: Channel;
  private readonly backward: Channel;
  private readonly targetPort: number;
  private settle!: (error?: Error) => void;

  constructor(dialer: Socket, forward: Channel, backward: Channel, targetPort: number) {
    this.dialer = dialer;
    this.dialerPort = dialer.remotePort;
    this.forward = forward;
    this.backward = backward;
    this.targetPort = targetPort;
    this.established = new Promise((resolve, reject) => {
      this.settle = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Where nobody waits for the arrival, a refusal is nobody's error.
    this.established.catch(() => {});
  }

  /** The attempt itself is sent over the link: held back while it is cut, like a SYN packet. */
  dial(): void {
    this.forward.send(0, () => {
      this.upstream = connect({ port: this.targetPort, host: '127.0.0.1', allowHalfOpen: true });
      this.upstream.setNoDelay(true);
      this.upstream.once('connect', () => this.backward.send(0, () => this.settle()));
      this.upstream.once('error', (error) => this.backward.send(0, () => this.settle(error)));
      this.relay(this.upstream, this.backward, () => this.dialer);
    });
    this.relay(this.dialer, this.forward, () => this.upstream);
  }

  destroy(): void {
    this.settle(new Error('the connection was reset'));
    this.forward.close();
    this.backward.close();
    this.dialer.resetAndDestroy();
    this.upstream?.resetAndDestroy();
    this.onClosed();
  }

  /** Everything that `source` sends, with its end and its reset, goes to `sink` over the channel. */
  private relay(source: Socket, channel: Channel, sink: () => Socket | undefined): void {
    let sinkIsFull = false;
    const throttle = (): void => {
      if (sinkIsFull || channel.queuedBytes > BUFFER_BYTES) source.pause();
      else if (source.isPaused()) source.resume();
    };
    channel.onDrained = throttle;
    const write = (chunk: Buffer): void => {
      const target = sink();
      if (target === undefined || target.destroyed || target.write(chunk) || sinkIsFull) return;
      sinkIsFull = true;
      target.once('drain', () => {
        sinkIsFull = false;
        throttle();
      });
    };
    source.on('data', (chunk: Buffer) => {
      channel.send(chunk.length, () => write(chunk));
      throttle();
    });
    source.on('end', () => channel.send(0, () => sink()?.end()));
    // What the error was does not matter: the other side sees a reset, after all that was sent before it.
    source.on('error', () => channel.send(0, () => sink()?.resetAndDestroy()));
    source.on('close', () => channel.send(0, () => this.closeWhenDone()));
  }

  private closeWhenDone(): void {
    const bothGone = this.dialer.destroyed && (this.upstream?.destroyed ?? true);
    if (bothGone) this.destroy();
  }
}
