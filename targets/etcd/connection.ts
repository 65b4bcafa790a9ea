import { Client, connectivityState, credentials } from '@grpc/grpc-js';
import type { ChannelOptions, ClientDuplexStream } from '@grpc/grpc-js';
import { ClientError } from '../../harness/contracts/client.js';
import type { Clock } from '../../harness/environment/environment.js';
import { forConnecting } from '../../harness/network/budget.js';
import { hostAndPort } from '../../harness/network/address.js';
import type { Budget } from '../../harness/network/budget.js';
import { methodNamed } from './definitions.js';
import type { Calls, Streams } from './definitions.js';
import { fromServiceError } from './errors.js';

/**
 * Nothing may be done behind a client's back: no retry (also not the transparent one), no service
 * configuration from DNS, no proxy from the environment, no connection shared with another client.
 */
const CHANNEL_OPTIONS: ChannelOptions = {
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.enable_http_proxy': 0,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 500,
};

/** One gRPC channel to one node. Its errors are `ClientError`s with codes of the error table. */
export class EtcdConnection {
  readonly clock: Clock;
  readonly #client: Client;

  constructor(address: { host: string; port: number }, clock: Clock) {
    this.clock = clock;
    this.#client = new Client(hostAndPort(address), credentials.createInsecure(), CHANNEL_OPTIONS);
  }

  /** Sends one request and waits for its answer, no longer than the budget lasts. */
  async call<M extends keyof Calls>(
    name: M,
    request: Calls[M][0],
    budget: Budget,
  ): Promise<Calls[M][1]> {
    await this.#connect(budget);
    const method = methodNamed(name);
    const deadline = this.clock.wallMs() + budget.remainingMs();
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest<object, object>(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        { deadline },
        (error, response) => {
          if (error) reject(fromServiceError(error));
          else resolve(response as Calls[M][1]);
        },
      );
    });
  }

  /** Opens a stream; the caller reads it, and ends it with `cancel`. */
  async stream<M extends keyof Streams>(
    name: M,
    budget: Budget,
  ): Promise<ClientDuplexStream<Streams[M][0], Streams[M][1]>> {
    await this.#connect(budget);
    const method = methodNamed(name);
    return this.#client.makeBidiStreamRequest<object, object>(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
    ) as ClientDuplexStream<Streams[M][0], Streams[M][1]>;
  }

  close(): Promise<void> {
    this.#client.close();
    return Promise.resolve();
  }

  /**
   * Waits until there is a connection. A request is given to gRPC only then, so that what ends here is
   * known not to have been sent, whatever gRPC would have said about it.
   */
  async #connect(budget: Budget): Promise<void> {
    const channel = this.#client.getChannel();
    const share = forConnecting(budget);
    const deadline = this.clock.wallMs() + share.remainingMs();
    for (;;) {
      const state = channel.getConnectivityState(true);
      if (state === connectivityState.READY) return;
      if (state === connectivityState.TRANSIENT_FAILURE || state === connectivityState.SHUTDOWN) {
        throw new ClientError('refused', `no connection to ${channel.getTarget()}`);
      }
      await new Promise<void>((resolve, reject) => {
        channel.watchConnectivityState(state, deadline, (late) => {
          if (!late) resolve();
          else
            reject(
              new ClientError('connect-timeout', `no connection within ${share.timeoutMs} ms`),
            );
        });
      });
    }
  }
}
