import { ClientError } from '../../harness/contracts/client.js';
import { CLIENTS, type NodeConnection, type NodeReply } from '../../harness/contracts/cluster.js';
import type { VirtualClock } from '../../harness/environment/virtual.js';
import { TIMEOUT } from '../../harness/history/event.js';
import type { JsonValue } from '../../harness/json.js';
import type { SimulatedNetwork } from './network.js';

/** What becomes of a request that reached a node's machine. */
export interface RequestOutcome {
  reply: (reply: NodeReply) => void;
  /** Nobody listens there. */
  refused: () => void;
  /** Who had it is gone. */
  reset: () => void;
}

/** The side of a node that clients reach. Returns what to call when the client has gone away. */
export type TakeRequest = (path: string, body: JsonValue, outcome: RequestOutcome) => () => void;

/** A client's connection over the virtual network: a request and its answer are a parcel each. */
export class SimulatedConnection implements NodeConnection {
  constructor(
    private readonly node: string,
    private readonly clock: VirtualClock,
    private readonly network: SimulatedNetwork,
    private readonly take: TakeRequest,
  ) {}

  request(path: string, body: JsonValue, timeoutMs: number): Promise<NodeReply> {
    return new Promise((resolve, reject) => {
      let isOpen = true;
      let forget: (() => void) | undefined;
      const end = (action: () => void): void => {
        if (!isOpen) return;
        isOpen = false;
        this.clock.quiet.clearTimer(timer);
        this.clock.touch();
        action();
      };
      const fail = (code: string, message: string): void =>
        end(() => reject(new ClientError(code, message)));
      const timer = this.clock.quiet.setTimer(() => {
        fail(TIMEOUT, `${this.node} gave no answer within ${timeoutMs} ms`);
        forget?.();
      }, timeoutMs);
      const back = (bytes: () => number, arrive: () => void): void =>
        this.network.send(this.node, CLIENTS, { arrive, isStream: true, bytes });
      const outcome: RequestOutcome = {
        reply: (reply) => back(sizeOf(reply.body), () => end(() => resolve(reply))),
        refused: () => back(NO_BYTES, () => fail('refused', `${this.node} refused the connection`)),
        reset: () => back(NO_BYTES, () => fail('reset', `${this.node} broke the connection`)),
      };
      this.network.send(CLIENTS, this.node, {
        arrive: () => {
          forget = this.take(path, body, outcome);
        },
        isStream: true,
        bytes: sizeOf(body),
      });
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const NO_BYTES = (): number => 0;

function sizeOf(body: JsonValue): () => number {
  return () => JSON.stringify(body).length;
}
