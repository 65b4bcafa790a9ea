import { connect, type Socket } from 'node:net';
import { ClientError } from '../contracts/client.js';
import type { Clock } from '../environment/environment.js';
import type { NetworkAddress } from './address.js';
import type { Budget } from './budget.js';

/** Waits until a TCP connection has really reached the server; rejects where the server refuses it. */
export type Arrival = (socket: Socket) => Promise<void>;

/**
 * A TCP connection that is up. Throws a `ClientError` with the code `refused` or `connect-timeout`: then
 * nothing can have been sent. The caller owns the socket and must listen to its errors.
 *
 * `arrival` is for a proxy in between, which accepts a connection before the server has done so; `onSocket` gets the
 * socket at once, for who may want to destroy it while it is being connected.
 */
export function openSocket(
  address: NetworkAddress,
  clock: Clock,
  budget: Budget,
  options: { arrival?: Arrival; onSocket?: (socket: Socket) => void } = {},
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address, noDelay: true });
    options.onSocket?.(socket);
    const settle = (action: () => void): void => {
      clock.clearTimer(timer);
      socket.off('error', refuse).off('close', end);
      action();
    };
    const fail = (code: string, message: string): void =>
      settle(() => {
        socket.on('error', () => {}).destroy();
        reject(new ClientError(code, message));
      });
    const refuse = (error: Error): void => fail('refused', error.message);
    const end = (): void => fail('refused', 'closed before it was established');
    const timer = clock.setTimer(() => {
      fail('connect-timeout', `no connection within ${budget.timeoutMs} ms`);
    }, budget.remainingMs());
    socket.once('error', refuse).once('close', end);
    socket.once('connect', () => {
      const arrived = options.arrival?.(socket) ?? Promise.resolve();
      arrived.then(() => settle(() => resolve(socket)), refuse);
    });
  });
}
