import type { Socket } from 'node:net';
import { ClientError } from '../../../harness/contracts/client.js';
import type { Clock } from '../../../harness/environment/environment.js';
import { forConnecting, within } from '../../../harness/network/budget.js';
import type { Budget } from '../../../harness/network/budget.js';
import { openSocket } from '../../../harness/network/socket.js';
import { SessionConnection } from './connection.js';
import type { Reply } from './connection.js';
import { FrameSplitter, JuteReader, JuteWriter } from './jute.js';
import { OpCode, Xid, readConnectResponse, writeConnectRequest } from './records.js';
import type { ConnectResponse } from './records.js';
import type { Request } from './requests.js';
import { Watches } from './watches.js';
import type { Watch } from './watches.js';

export interface Address {
  host: string;
  port: number;
}

const NO_SESSION = { sessionId: 0n, password: Buffer.alloc(16) };

/**
 * A session: it outlives its connections, belongs to one client, and owns ephemeral nodes and watches.
 * It connects when it is first used and again after its connection ended; it never sends a request twice.
 */
export class ZooKeeperSession {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #pingAt: number;
  readonly #watches = new Watches();
  #address: Address;
  #identity: { sessionId: bigint; password: Buffer } = NO_SESSION;
  #lastZxid = 0n;
  #connection: SessionConnection | undefined;
  #connecting: Promise<SessionConnection> | undefined;
  #isClosed = false;
  /** Called when a server said that the session is over: ephemeral nodes and watches are gone. */
  onExpired: () => void = () => undefined;

  /** Where nothing else was sent for the share `pingAt` of the timeout, a ping is. */
  constructor(address: Address, timeoutMs: number, clock: Clock, pingAt = 1 / 3) {
    this.#address = address;
    this.#timeoutMs = timeoutMs;
    this.#pingAt = pingAt;
    this.#clock = clock;
  }

  /** In hexadecimal, as ZooKeeper's own logs write it; "0x0" before the first connection. */
  get id(): string {
    return `0x${BigInt.asUintN(64, this.#identity.sessionId).toString(16)}`;
  }

  /** The last transaction that this session has seen. A server that is behind it refuses the session. */
  get lastZxid(): bigint {
    return this.#lastZxid;
  }

  /** Goes on at another server, or at the same one anew. What was in flight ends in `connection-loss`. */
  moveTo(address: Address): void {
    this.#address = address;
    this.#connection?.end();
    this.#connection = undefined;
  }

  /**
   * Sends a request, once, and waits for its answer. `watch` names the listener where the request leaves a
   * watch; it is called once, before any answer that the server gave after the event. Throws `ClientError`s.
   */
  async request<T>(request: Request<T>, budget: Budget, watch?: Watch): Promise<Reply<T>> {
    const connection = await this.#connected(budget);
    const answer = connection.request(request, (found) => {
      if (watch) this.#watches.add({ ...watch, kind: kindLeft(watch, found) });
    });
    return within(this.#clock, budget, answer);
  }

  /** Ends the session at the server where there is a connection; otherwise it runs out there. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#connection?.sayGoodbye();
    this.#connection = undefined;
    this.#watches.clear();
    return Promise.resolve();
  }

  async #connected(budget: Budget): Promise<SessionConnection> {
    if (this.#connection?.isOpen) return this.#connection;
    this.#connecting ??= this.#connect(budget).finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(budget: Budget): Promise<SessionConnection> {
    const address = this.#address;
    const share = forConnecting(budget);
    const socket = await openSocket(address, this.#clock, share);
    try {
      const greeting = this.#shakeHands(socket);
      const response = await within(this.#clock, share, greeting, 'connect-timeout');
      if (this.#isClosed || address !== this.#address) {
        throw new ClientError('refused', 'the session was closed or moved while it connected');
      }
      return this.#resume(socket, response);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** Says who we are. A server that cannot serve us, or is behind us, hangs up instead of answering. */
  #shakeHands(socket: Socket): Promise<ConnectResponse> {
    const hello = new JuteWriter();
    const { sessionId, password } = this.#identity;
    const timeoutMs = this.#timeoutMs;
    writeConnectRequest(hello, { lastZxidSeen: this.#lastZxid, timeoutMs, sessionId, password });
    const frames = new FrameSplitter();
    return new Promise((resolve, reject) => {
      const refuse = (error?: Error): void => {
        const why = error?.message ?? 'it hung up';
        reject(new ClientError('refused', `the server did not take the session: ${why}`));
      };
      const hungUp = (): void => refuse();
      const receive = (chunk: Buffer): void => {
        const [frame] = frames.push(chunk);
        if (!frame) return;
        socket.off('close', hungUp).off('error', refuse).off('data', receive);
        resolve(readConnectResponse(new JuteReader(frame)));
      };
      socket.on('close', hungUp).on('error', refuse).on('data', receive);
      socket.write(hello.frame());
    });
  }

  #resume(socket: Socket, response: ConnectResponse): SessionConnection {
    if (response.timeoutMs <= 0 || response.sessionId === 0n) {
      this.#forget();
      throw new ClientError('refused', 'the session has expired; the next request opens another');
    }
    this.#identity = { sessionId: response.sessionId, password: response.password };
    const life = { ttlMs: response.timeoutMs, renewAt: this.#pingAt };
    const connection = new SessionConnection(socket, this.#clock, life, {
      onWatch: (event) => this.#watches.fire(event),
      onZxid: (zxid) => {
        if (zxid > this.#lastZxid) this.#lastZxid = zxid;
      },
    });
    this.#connection = connection;
    this.#watchAgain(connection);
    return connection;
  }

  /** Watches live at the server that a session is connected to: a new connection must bring them along. */
  #watchAgain(connection: SessionConnection): void {
    if (this.#watches.isEmpty()) return;
    connection.send(Xid.setWatches, OpCode.setWatches, (writer) => {
      this.#watches.write(writer, this.#lastZxid);
    });
  }

  #forget(): void {
    this.#identity = NO_SESSION;
    this.#watches.clear();
    this.onExpired();
  }
}

/** A watch that `exists` leaves is one for the data where there is a node. */
function kindLeft({ kind }: Watch, found: boolean): Watch['kind'] {
  return kind === 'exists' && found ? 'data' : kind;
}
