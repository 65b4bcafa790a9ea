import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { ClientError } from '../../harness/contracts/client.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { Budget } from './operations.js';

/**
 * A TCP connection that is up. Throws a `ClientError` with the code `refused` or `connect-timeout`: then
 * nothing can have been sent. The caller owns the socket and must listen to its errors.
 */
export function openSocket(
  address: { host: string; port: number },
  clock: Clock,
  budget: Budget,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address, noDelay: true });
    const fail = (code: string, message: string): void => {
      clock.clearTimer(timer);
      socket.destroy();
      reject(new ClientError(code, message));
    };
    const timer = clock.setTimer(() => {
      fail('connect-timeout', `no connection within ${budget.timeoutMs} ms`);
    }, budget.remainingMs());
    const refuse = (error: Error): void => fail('refused', error.message);
    socket.once('error', refuse);
    socket.once('connect', () => {
      clock.clearTimer(timer);
      socket.off('error', refuse);
      resolve(socket);
    });
  });
}
