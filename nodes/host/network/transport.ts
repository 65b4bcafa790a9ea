import net from 'node:net';
import type { Clock } from '../../../harness/environment/environment.js';
import type { JsonValue } from '../../../harness/json.js';
import type { Transport } from '../../../harness/contracts/program-host.js';
import { LineSplitter } from './lines.js';
import { listen } from './listen.js';
import { PeerLink } from './peer-link.js';
import type { PeerAddress } from './peer-link.js';

export interface PeerTransportOptions {
  name: string;
  /** Every node that may ever be a member, not only those that are. */
  peers: readonly PeerAddress[];
  clock: Clock;
  log: (line: string) => void;
  onMessage: (from: string, message: JsonValue) => void;
}

/** One line of a connection, after the first, which is `{"from":"n1"}`. */
type PeerFrame =
  | { kind: 'message'; message: JsonValue }
  /** Shows that this direction carries: whoever gets it remembers its id. */
  | { kind: 'probe'; id: string };

/** So many probes are remembered. */
const PROBES_KEPT = 1000;

/**
 * Peers over TCP. Each ordered pair of nodes has a connection of its own, dialled by the sender and read by
 * the receiver, so that a proxy can cut one direction. What it carries is JSON, one frame a line.
 */
export class PeerTransport implements Transport {
  private readonly options: PeerTransportOptions;
  private readonly links = new Map<string, PeerLink>();
  private readonly server = net.createServer({ noDelay: true }, (socket) => {
    this.serve(socket);
  });
  private readonly inbound = new Set<net.Socket>();
  private readonly probesSeen = new Set<string>();
  private readonly probeWaiters = new Map<string, () => void>();
  private readonly unknownPeers = new Set<string>();

  constructor(options: PeerTransportOptions) {
    this.options = options;
  }

  /** Listens, then dials. Rejects where the address cannot be had. */
  async open(address: { host: string; port: number }): Promise<void> {
    await listen(this.server, address);
    const { name, peers, clock } = this.options;
    for (const peer of peers) this.links.set(peer.name, new PeerLink(name, peer, clock));
  }

  /** The port that it listens on. */
  get port(): number {
    const address = this.server.address();
    return address && typeof address === 'object' ? address.port : 0;
  }

  /** How many messages were dropped because their peer was too slow or away. */
  get dropped(): number {
    return [...this.links.values()].reduce((sum, link) => sum + link.dropped, 0);
  }

  send(to: string, message: JsonValue): void {
    if (!this.sendFrame(to, { kind: 'message', message }) && !this.unknownPeers.has(to)) {
      this.unknownPeers.add(to);
      this.options.log(`no address of the peer ${to}: messages to it are lost`);
    }
  }

  /** Sends a probe; false where no such peer is known. */
  sendProbe(to: string, id: string): boolean {
    return this.sendFrame(to, { kind: 'probe', id });
  }

  /** Whether the probe with this id arrives, at the latest `waitMs` from now. */
  async probeSeen(id: string, waitMs: number): Promise<boolean> {
    if (!this.probesSeen.has(id)) {
      const arrival = new AbortController();
      this.probeWaiters.set(id, () => {
        arrival.abort();
      });
      await this.options.clock.sleep(waitMs, arrival.signal);
      this.probeWaiters.delete(id);
    }
    return this.probesSeen.has(id);
  }

  close(): void {
    this.server.close();
    for (const socket of this.inbound) socket.destroy();
    for (const link of this.links.values()) link.close();
  }

  private sendFrame(to: string, frame: PeerFrame): boolean {
    const link = this.links.get(to);
    link?.send(`${JSON.stringify(frame)}\n`);
    return link !== undefined;
  }

  /** Reads one peer's frames. Bytes that are not frames cost the connection, never the node. */
  private serve(socket: net.Socket): void {
    const lines = new LineSplitter();
    let from: string | null = null;
    this.inbound.add(socket);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      try {
        for (const line of lines.push(chunk)) {
          if (from === null) from = readHello(line);
          else this.take(from, JSON.parse(line) as PeerFrame);
        }
      } catch (error) {
        this.options.log(`cut off ${from ?? 'a peer without a name'}: ${String(error)}`);
        socket.destroy();
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.inbound.delete(socket));
  }

  private take(from: string, frame: PeerFrame): void {
    if (frame.kind === 'message') this.options.onMessage(from, frame.message);
    else if (frame.kind === 'probe') this.takeProbe(frame.id);
    else throw new Error('no such kind of frame');
  }

  private takeProbe(id: string): void {
    this.probesSeen.add(id);
    this.probeWaiters.get(id)?.();
    if (this.probesSeen.size <= PROBES_KEPT) return;
    const [oldest] = this.probesSeen;
    this.probesSeen.delete(oldest);
  }
}

function readHello(line: string): string {
  const hello = JSON.parse(line) as { from?: unknown } | null;
  if (typeof hello?.from !== 'string') throw new Error('the first line names no sender');
  return hello.from;
}
