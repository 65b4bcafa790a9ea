import { connect as connectTcp, type Socket } from 'node:net';
import { Client } from 'undici';
import { ClientError } from '../../harness/contracts/client.js';
import type { NodeConnection, NodeReply } from '../../harness/contracts/cluster.js';
import type { Clock, Timer } from '../../harness/environment/environment.js';
import type { JsonValue } from '../../harness/json.js';

/** Where an HTTP server of a node is. */
export interface HttpAddress {
  host: string;
  port: number;
}

/** What can be asked of it. */
export interface HttpRequest {
  method: 'GET' | 'POST';
  path: string;
  body?: JsonValue;
  timeoutMs: number;
}

/** Waits until a TCP connection has really reached the node; rejects where the node refuses it. */
export type Arrival = (socket: Socket) => Promise<void>;

/**
 * One HTTP/1.1 connection to a node, made when it is first needed. It never retries: a request that failed
 * takes its TCP connection with it, so no request is sent twice and no late answer meets a later request.
 *
 * Errors are `ClientError`s: `refused` (no connection came about, nothing was sent), `reset` (it broke, the
 * request may have been carried out), `timeout` (no answer in time), `bad-reply` (the answer was not JSON).
 */
export class HttpConnection implements NodeConnection {
  private readonly address: HttpAddress;
  private readonly clock: Clock;
  private readonly arrival: Arrival;
  private line: Line | undefined;
  private closed = false;

  /** `arrival` is for a proxy in between, which accepts a connection before the node has done so. */
  constructor(address: HttpAddress, clock: Clock, arrival: Arrival = () => Promise.resolve()) {
    this.address = address;
    this.clock = clock;
    this.arrival = arrival;
  }

  request(path: string, body: JsonValue, timeoutMs: number): Promise<NodeReply> {
    return this.send({ method: 'POST', path, body, timeoutMs });
  }

  /** Any request; resolves with any HTTP answer, whatever its status. */
  async send(request: HttpRequest): Promise<NodeReply> {
    if (this.closed) throw new ClientError('refused', 'this connection was closed');
    if (this.line === undefined || this.line.ended) {
      this.line = new Line(this.address, this.arrival);
    }
    const line = this.line;
    try {
      return await exchange(line.client, request, this.clock);
    } catch (error) {
      line.end();
      throw this.explain(error, line.opened, request.timeoutMs);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.line?.end();
    await Promise.resolve();
  }

  private explain(error: unknown, opened: boolean, timeoutMs: number): ClientError {
    const where = `${this.address.host}:${this.address.port}`;
    const timedOut = error instanceof ClientError && error.code === 'timeout';
    if (timedOut && !opened) {
      return new ClientError('refused', `no connection to ${where} within ${timeoutMs} ms`);
    }
    if (error instanceof ClientError) return error;
    const reason = error instanceof Error ? error.message : String(error);
    if (!opened) return new ClientError('refused', `no connection to ${where}: ${reason}`);
    return new ClientError('reset', `the connection to ${where} broke: ${reason}`);
  }
}

/** One TCP connection for as long as it lasts. undici would dial again and resend; this one is then over. */
class Line {
  readonly client: Client;
  /** Whether undici was ever handed the socket: before that nothing can have been sent. */
  opened = false;
  ended = false;
  private socket: Socket | undefined;

  constructor({ host, port }: HttpAddress, arrival: Arrival) {
    this.client = new Client(`http://${host}:${port}`, {
      pipelining: 1,
      // The clock's own timer decides; undici's would be a second one.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, done) => {
        this.dial(host, port, arrival).then(
          (socket) => done(null, socket),
          (error: Error) => done(error, null),
        );
      },
    });
    this.client.once('disconnect', () => this.end());
  }

  end(): void {
    this.ended = true;
    this.socket?.destroy();
    this.client.destroy().catch(() => {});
  }

  private async dial(host: string, port: number, arrival: Arrival): Promise<Socket> {
    const socket = connectTcp({ host, port, noDelay: true });
    this.socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed before it was established')));
      socket.once('connect', () => {
        arrival(socket).then(resolve, reject);
      });
    });
    socket.removeAllListeners();
    this.opened = true;
    return socket;
  }
}

/**
 * One request with its answer, or `timeout`. undici's own abort signal would not do: it goes unheard while
 * the connection is being made. Whoever catches the error ends the line, and with it the request.
 */
async function exchange(client: Client, request: HttpRequest, clock: Clock): Promise<NodeReply> {
  const { path, timeoutMs } = request;
  let timer: Timer | undefined;
  const expiry = new Promise<never>((_, reject) => {
    const message = `no answer to ${path} within ${timeoutMs} ms`;
    timer = clock.setTimer(() => reject(new ClientError('timeout', message)), timeoutMs);
  });
  const answer = ask(client, request);
  // Where the expiry comes first, this one's error has nobody left to hear it.
  answer.catch(() => {});
  try {
    return await Promise.race([answer, expiry]);
  } finally {
    if (timer !== undefined) clock.clearTimer(timer);
  }
}

async function ask(client: Client, { method, path, body }: HttpRequest): Promise<NodeReply> {
  const response = await client.request({
    method,
    path,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: response.statusCode, body: parseReply(await response.body.text()) };
}

function parseReply(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new ClientError('bad-reply', `the answer is not JSON: ${text.slice(0, 200)}`);
  }
}
