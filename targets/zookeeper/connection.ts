import type { Socket } from 'node:net';
import { ClientError } from '../../harness/contracts/client.js';
import type { Clock, Timer } from '../../harness/environment/environment.js';
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
  readonly #timeoutMs: number;
  readonly #listener: ConnectionListener;
  readonly #frames = new FrameSplitter();
  readonly #pending: Exchange[] = [];
  #nextXid = 1;
  #lastHeard: number;
  #pinger: Timer | undefined;
  #isOpen = true;

  constructor(socket: Socket, clock: Clock, timeoutMs: number, listener: ConnectionListener) {
    this.#socket = socket;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#listener = listener;
    this.#lastHeard = clock.now();
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

  /** A ping each third of the session's timeout; nothing heard for two thirds: the server is lost. */
  #pingLater(): void {
    this.#pinger = this.#clock.setTimer(() => {
      const silentMs = (this.#clock.now() - this.#lastHeard) / 1e6;
      if (silentMs > (this.#timeoutMs * 2) / 3) {
        this.#lose(`nothing heard for ${Math.round(silentMs)} ms`);
        this.#socket.destroy();
        return;
      }
      this.send(Xid.ping, OpCode.ping);
      this.#pingLater();
    }, this.#timeoutMs / 3);
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
