import { connect } from 'node:net';
import type { Clock } from '../environment/environment.js';
import type { NetworkAddress } from './address.js';

const CONNECT_LIMIT_MS = 500;

/** Whether something accepts connections there, and holds them for so long: a proxy accepts before it looks behind. */
export async function listens(
  { host, port }: NetworkAddress,
  clock: Clock,
  holdMs: number,
): Promise<boolean> {
  const socket = connect({ host, port });
  const over = new AbortController();
  let isOpen = false;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const connected = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.once('connect', () => (isOpen = true)).once('close', () => (isOpen = false));
  // Unread data would hide that the other end has closed.
  socket.on('error', () => {}).resume();
  await Promise.race([connected, closed, clock.sleep(CONNECT_LIMIT_MS, over.signal)]);
  if (isOpen && holdMs > 0) await Promise.race([closed, clock.sleep(holdMs, over.signal)]);
  const answer = isOpen;
  over.abort();
  socket.destroy();
  return answer;
}
