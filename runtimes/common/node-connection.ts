import { ClientError } from '../../harness/contracts/client.js';
import type { NodeConnection, NodeReply } from '../../harness/contracts/cluster.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { JsonValue } from '../../harness/json.js';
import type { NetworkAddress } from '../../harness/network/address.js';
import { startBudget } from '../../harness/network/budget.js';
import { HttpConnection } from '../../harness/network/http.js';
import type { Arrival } from '../../harness/network/socket.js';

/** What can be asked of a node over HTTP. */
export interface NodeRequest {
  method: 'GET' | 'POST';
  path: string;
  body?: JsonValue;
  timeoutMs: number;
}

/**
 * JSON to and from a node over one HTTP connection. In all that was not sent, which clients of nodes need not tell
 * apart, it throws `refused`; else `reset`, `timeout`, or `bad-reply` where the answer was not JSON.
 */
export class HttpNodeConnection implements NodeConnection {
  private readonly http: HttpConnection;

  /** `arrival` is for a proxy in between, which accepts a connection before the node has done so. */
  constructor(
    address: NetworkAddress,
    private readonly clock: Clock,
    arrival?: Arrival,
  ) {
    this.http = new HttpConnection(address, clock, { arrival, connectShare: 1 });
  }

  request(path: string, body: JsonValue, timeoutMs: number): Promise<NodeReply> {
    return this.send({ method: 'POST', path, body, timeoutMs });
  }

  /** Any request; resolves with any HTTP answer, whatever its status. */
  async send({ method, path, body, timeoutMs }: NodeRequest): Promise<NodeReply> {
    const content =
      body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const budget = startBudget(this.clock, timeoutMs);
    const answer = await this.http.send({ method, path, ...content }, budget).catch(withoutSending);
    return { status: answer.status, body: parseReply(answer.text) };
  }

  close(): Promise<void> {
    return this.http.close();
  }
}

const NOT_SENT = ['connect-timeout', 'closed'];

function withoutSending(error: unknown): never {
  if (!(error instanceof ClientError) || !NOT_SENT.includes(error.code)) throw error;
  throw new ClientError('refused', error.message);
}

function parseReply(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new ClientError('bad-reply', `the answer is not JSON: ${text.slice(0, 200)}`);
  }
}
