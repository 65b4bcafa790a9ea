import type { Socket } from 'node:net';
import { Client } from 'undici';
import { ClientError } from '../contracts/client.js';
import type { Clock } from '../environment/environment.js';
import { TIMEOUT } from '../history/event.js';
import { hostAndPort, type NetworkAddress } from './address.js';
import { type Budget, CONNECT_SHARE, forConnecting, within } from './budget.js';
import { type Arrival, openSocket } from './socket.js';

/** An answer, whatever its status. */
export interface HttpAnswer {
  status: number;
  text: string;
  /** Of a header, named in lower case. */
  header(name: string): string | undefined;
}

export interface HttpRequest {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  path: string;
  /** What is undefined is left out. */
  query?: Readonly<Record<string, string | undefined>>;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
}

export interface HttpConnectionOptions {
  /** How much of a request's time may go into connecting; 0.8 by default. */
  connectShare?: number;
  arrival?: Arrival;
}

/**
 * HTTP/1.1 over one connection to one node, made when it is first needed: one request at a time, no redirect followed.
 * It never retries: a request that failed takes its TCP connection with it, so no request is sent twice and no late
 * answer meets a later request.
 *
 * Throws `ClientError`s. Certainly nothing was sent: `refused` (no connection came about), `connect-timeout` (nor within
 * its share of the time), `closed` (by us). It may have been carried out: `reset` (the connection broke), `timeout`.
 */
export class HttpConnection {
  readonly #address: NetworkAddress;
  readonly #clock: Clock;
  readonly #options: HttpConnectionOptions;
  #line: Line | undefined;
  #isClosed = false;

  constructor(address: NetworkAddress, clock: Clock, options: HttpConnectionOptions = {}) {
    this.#address = address;
    this.#clock = clock;
    this.#options = options;
  }

  async send(request: HttpRequest, budget: Budget): Promise<HttpAnswer> {
    if (this.#isClosed) throw new ClientError('closed', 'this connection was closed');
    const line = this.#openLine(budget);
    try {
      return await within(this.#clock, budget, exchange(line.client, request));
    } catch (error) {
      line.end();
      throw this.#explain(error, line, budget);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#line?.end();
    await Promise.resolve();
  }

  #openLine(budget: Budget): Line {
    if (this.#line === undefined || this.#line.isOver) {
      const { arrival, connectShare = CONNECT_SHARE } = this.#options;
      const share = forConnecting(budget, connectShare);
      this.#line = new Line(this.#address, this.#clock, share, arrival);
    }
    return this.#line;
  }

  #explain(error: unknown, { isUp }: Line, { timeoutMs }: Budget): ClientError {
    const where = hostAndPort(this.#address);
    if (error instanceof ClientError) {
      // Where all of its time may go into connecting, either timer may be the first.
      if (isUp || error.code !== TIMEOUT) return error;
      return new ClientError('connect-timeout', `no connection to ${where} within ${timeoutMs} ms`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    return isUp
      ? new ClientError('reset', `the connection to ${where} broke: ${reason}`)
      : new ClientError('refused', `no connection to ${where}: ${reason}`);
  }
}

/** One TCP connection for as long as it lasts. undici would dial again and resend; this one is then over. */
class Line {
  readonly client: Client;
  /** Whether undici was ever handed the socket: before that nothing can have been sent. */
  isUp = false;
  isOver = false;
  private socket: Socket | undefined;

  constructor(address: NetworkAddress, clock: Clock, budget: Budget, arrival: Arrival | undefined) {
    const onSocket = (socket: Socket): void => void (this.socket = socket);
    this.client = new Client(`http://${hostAndPort(address)}`, {
      pipelining: 1,
      // The clock's own timer decides; undici's would be a second one.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, done) => {
        openSocket(address, clock, budget, { arrival, onSocket }).then(
          (socket) => {
            this.isUp = true;
            done(null, socket);
          },
          (error: Error) => done(error, null),
        );
      },
    });
    this.client.once('disconnect', () => this.end());
  }

  end(): void {
    this.isOver = true;
    this.socket?.destroy();
    this.client.destroy().catch(() => {});
  }
}

/** undici's own abort signal would not do: it goes unheard while the connection is being made. */
async function exchange(client: Client, request: HttpRequest): Promise<HttpAnswer> {
  const { method, path, query = {}, headers, body } = request;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, value);
  }
  const target = parameters.size > 0 ? `${path}?${parameters}` : path;
  const answer = await client.request({ method, path: target, headers, body });
  const text = await answer.body.text();
  return {
    status: answer.statusCode,
    text,
    header: (name) => [answer.headers[name]].flat()[0],
  };
}
