import type { Socket } from 'node:net';
import { ClientError } from '../../../harness/contracts/client.js';
import type { Clock, Timer } from '../../../harness/environment/environment.js';
import { elapsedMs } from '../../../harness/environment/elapsed.js';
import type { LeaseLife } from '../../client-kit/renewal.js';
import { fromErrorNumber } from './errors.js';
import { FrameSplitter, JuteReader, JuteWriter } from './jute.js';
import { OpCode, Xid, readReplyHeader, readWatchEvent } from './records.js';
import type { ReplyHeader, WatchEvent } from './records.js';
import type { Request } from './requests.js';

/** An answer, and the last transaction that the server had applied when it gave it. */
export interface Reply<T> {
  value: T;
  zxid: bigint;
}

export interface ConnectionListener {
  onWatch(event: WatchEvent): void;
  onZxid(zxid: bigint): void;
}

/** An exchange under way. It stays listed when nobody waits for it any more: its answer will still come. */
interface Exchange {
  xid: number;
  settle(header: ReplyHeader, reader: JuteReader): void;
  fail(error: ClientError): void;
}

const NO_NODE = -101;

/** One connection of a session, after the handshake. Answers come in the order of the requests. */
export class SessionConnection {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #session: LeaseLife;
  readonly #listener: ConnectionListener;
  readonly #frames = new FrameSplitter();
  readonly #pending: Exchange[] = [];
  #nextXid = 1;
  #lastHeard: number;
  #lastSent: number;
  #pinger: Timer | undefined;
  #isOpen = true;

  constructor(socket: Socket, clock: Clock, session: LeaseLife, listener: ConnectionListener) {
    this.#socket = socket;
    this.#clock = clock;
    this.#session = session;
    this.#listener = listener;
    this.#lastHeard = clock.now();
    this.#lastSent = this.#lastHeard;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#lose(error.message));
    socket.on('close', () => this.#lose('the connection ended'));
    this.#pingLater();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * `onWatched` is called, before any later frame is looked at, where a watch that was asked for is left now:
   * also for a node that is not there yet (`found` false), if the request was `exists`.
   */
  request<T>(request: Request<T>, onWatched: (found: boolean) => void): Promise<Reply<T>> {
    const xid = this.#nextXid++;
    return new Promise((resolve, reject) => {
      if (!this.#isOpen) {
        reject(new ClientError('refused', 'the connection had ended before'));
        return;
      }
      this.#pending.push({
        xid,
        fail: reject,
        settle: (header, reader) => {
          const canWatch = header.error === 0 || (header.error === NO_NODE && isExists(request));
          if (canWatch) onWatched(header.error === 0);
          if (header.error === 0) resolve({ value: request.read(reader), zxid: header.zxid });
          else reject(fromErrorNumber(header.error));
        },
      });
      this.send(xid, request.type, (writer) => request.write(writer));
    });
  }

  /** Sends a request whose answer nobody waits for. */
  send(xid: number, type: number, write: (writer: JuteWriter) => void = () => undefined): void {
    const writer = new JuteWriter().int(xid).int(type);
    write(writer);
    this.#lastSent = this.#clock.now();
    this.#socket.write(writer.frame());
  }

  /** Asks the server to end the session, and hangs up without waiting for its answer. */
  sayGoodbye(): void {
    if (this.#isOpen) this.send(this.#nextXid++, OpCode.closeSession);
    this.#socket.end(() => this.#socket.destroy());
    // A server that takes nothing any more must not keep our process alive.
    this.#socket.unref();
    this.#lose('the client closed the session');
  }

  end(): void {
    this.#lose('the client hung up');
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#lastHeard = this.#clock.now();
    try {
      for (const frame of this.#frames.push(chunk)) this.#handle(new JuteReader(frame));
    } catch (error) {
      this.#lose(`not understood: ${String(error)}`);
      this.#socket.destroy();
    }
  }

  #handle(reader: JuteReader): void {
    const header = readReplyHeader(reader);
    if (header.xid === Xid.watchEvent) {
      this.#listener.onWatch(readWatchEvent(reader));
      return;
    }
    // Pings and the answer to SetWatches say how far the server is, like every other answer.
    this.#listener.onZxid(header.zxid);
    if (header.xid < 0) return;
    const exchange = this.#pending.shift();
    if (exchange?.xid !== header.xid) {
      throw new RangeError(`answer ${header.xid} where ${exchange?.xid ?? 'none'} was due`);
    }
    exchange.settle(header, reader);
  }

  /**
   * Every request renews the session; where none was sent for its share of the timeout, a ping does. What was sent
   * last and is not answered after two thirds of the timeout: the server is lost.
   */
  #pingLater(): void {
    const { ttlMs, renewAt } = this.#session;
    const idleMs = this.#msSince(this.#lastSent);
    this.#pinger = this.#clock.setTimer(
      () => {
        const silentMs = this.#msSince(this.#lastHeard);
        if (silentMs > (ttlMs * 2) / 3 && this.#lastHeard < this.#lastSent) {
          this.#lose(`nothing heard for ${Math.round(silentMs)} ms`);
          this.#socket.destroy();
          return;
        }
        if (this.#msSince(this.#lastSent) >= ttlMs * renewAt) this.send(Xid.ping, OpCode.ping);
        this.#pingLater();
      },
      Math.max(1, Math.min(ttlMs * renewAt - idleMs, ttlMs / 3)),
    );
  }

  #msSince(time: number): number {
    return elapsedMs(this.#clock, time);
  }

  #lose(why: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#pinger) this.#clock.clearTimer(this.#pinger);
    for (const exchange of this.#pending.splice(0)) {
      exchange.fail(new ClientError('connection-loss', why));
    }
  }
}

/** A watch for a node that is not there yet hangs on `exists`, and its answer is the error "no node". */
function isExists(request: Request<unknown>): boolean {
  return request.type === OpCode.exists;
}
