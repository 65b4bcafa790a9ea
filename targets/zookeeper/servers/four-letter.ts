import type { Clock } from '../../../harness/environment/environment.js';
import type { JsonObject } from '../../../harness/json.js';
import { startBudget, within } from '../../../harness/network/budget.js';
import { openSocket } from '../../../harness/network/socket.js';
import type { Address } from '../protocol/session.js';

/** The answer to a four-letter word (ruok, srvr, mntr), sent over a connection of its own. */
export async function askFourLetterWord(
  address: Address,
  word: string,
  clock: Clock,
  timeoutMs: number,
): Promise<string> {
  const budget = startBudget(clock, timeoutMs);
  const socket = await openSocket(address, clock, budget);
  const answer = new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.write(word);
  });
  try {
    return await within(clock, budget, answer);
  } finally {
    socket.destroy();
  }
}

/**
 * What `srvr` says: `mode` ("leader", "follower", "standalone"; absent while the server serves nobody),
 * `zxid`, the epoch in its upper half, and `version`.
 */
export function parseServerFacts(text: string): JsonObject {
  const line = (name: string): string | undefined =>
    new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1].trim();
  const zxid = line('Zxid');
  const isHexadecimal = zxid !== undefined && /^0x[0-9a-f]+$/i.test(zxid);
  return {
    mode: line('Mode'),
    version: line('Zookeeper version')?.split(/[-,]/)[0],
    ...(isHexadecimal && { zxid, epoch: Number(BigInt(zxid) >> 32n) }),
  };
}
