import { createRealClock } from '../../../harness/environment/real.js';
import type { JsonObject } from '../../../harness/json.js';
import { askFourLetterWord, parseServerFacts } from './four-letter.js';
import type { Address } from '../protocol/session.js';

const SERVING = ['leader', 'follower', 'standalone', 'observer'];

/** What the server says of itself with `srvr`. */
export async function zooKeeperStatus(
  address: Address,
  timeoutMs: number,
): Promise<JsonObject | undefined> {
  try {
    const text = await askFourLetterWord(address, 'srvr', createRealClock(), timeoutMs);
    return parseServerFacts(text);
  } catch {
    return undefined;
  }
}

/** A server without a quorum answers, but has no mode. */
export function isZooKeeperReady(status: JsonObject): boolean {
  return typeof status.mode === 'string' && SERVING.includes(status.mode);
}

/** The epoch stands for the term. It is the last transaction's: a new leader's rises with its first one. */
export function zooKeeperLeadership(status: JsonObject): { isLeader: boolean; term: number } {
  return {
    isLeader: status.mode === 'leader' || status.mode === 'standalone',
    term: typeof status.epoch === 'number' ? status.epoch : 0,
  };
}
