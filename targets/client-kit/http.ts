import { Client } from 'undici';
import { ClientError } from '../../harness/contracts/client.js';
import type { Clock } from '../../harness/environment/environment.js';
import { forConnecting, hostAndPort, within } from './operations.js';
import type { Budget } from './operations.js';
import { openSocket } from './socket.js';

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

/**
 * HTTP over one connection to one node: one request at a time, none sent twice, no redirect followed.
 * Throws `ClientError`s: `refused` and `connect-timeout` (not sent), `timeout`, `reset`.
 */
export class HttpConnection {
  readonly #address: { host: string; port: number };
  readonly #clock: Clock;
  #client: Client | undefined;
  /** Of the request that is under way. */
  #connecting!: Budget;

  constructor(address: { host: string; port: number }, clock: Clock) {
    this.#address = address;
    this.#clock = clock;
  }

  async send(request: HttpRequest, budget: Budget): Promise<HttpAnswer> {
    this.#connecting = forConnecting(budget);
    const client = (this.#client ??= this.#createClient());
    try {
      return await within(this.#clock, budget, exchange(client, request));
    } catch (error) {
      // A late answer must not be taken for the next request's: that gets a connection of its own.
      await this.#drop(client);
      if (error instanceof ClientError) throw error;
      throw new ClientError('reset', error instanceof Error ? error.message : String(error));
    }
  }

  async close(): Promise<void> {
    if (this.#client) await this.#drop(this.#client);
  }

  /** It connects when it is first used, in our way: so what failed to connect is known not to be sent. */
  #createClient(): Client {
    return new Client(`http://${hostAndPort(this.#address)}`, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, done) => {
        openSocket(this.#address, this.#clock, this.#connecting).then(
          (socket) => done(null, socket),
          (error: Error) => done(error, null),
        );
      },
    });
  }

  async #drop(client: Client): Promise<void> {
    if (this.#client === client) this.#client = undefined;
    await client.destroy();
  }
}

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
