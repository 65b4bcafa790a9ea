import { ClientError } from '../../harness/contracts/client.js';
import type { NodeReply } from '../../harness/contracts/cluster.js';
import type { Clock } from '../../harness/environment/environment.js';
import { HttpNodeConnection, type NodeRequest } from '../common/node-connection.js';
import { type NetworkAddress } from '../../harness/network/address.js';

/** Connections to a node itself, past every proxy; idle ones are used again. */
export class SideConnections {
  private readonly idle: HttpNodeConnection[] = [];

  constructor(
    private readonly address: NetworkAddress,
    private readonly clock: Clock,
  ) {}

  /** Undefined where no answer comes. */
  async ask(request: NodeRequest): Promise<NodeReply | undefined> {
    const connection = this.idle.pop() ?? new HttpNodeConnection(this.address, this.clock);
    try {
      return await connection.send(request);
    } catch (error) {
      if (error instanceof ClientError) return undefined;
      throw error;
    } finally {
      this.idle.push(connection);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((connection) => connection.close()));
  }
}
