import { ClientError } from '../harness/contracts/client.js';
import { createRealClock } from '../harness/environment/real.js';
import { HttpConnection } from './http.js';
import { startBudget } from './operations.js';

const POLL_MS = 5;

/**
 * The wall clock of an HTTP server, milliseconds since 1970, by the `Date` of its answers (RFC 9110, 6.6.1). That has
 * whole seconds only, so the server is asked again until its second changes: exact to a few milliseconds, as long
 * as the clock does not jump meanwhile. Throws a `ClientError` where it does not answer so, or not in time.
 */
export async function readHttpDate(
  address: { host: string; port: number },
  path: string,
  timeoutMs: number,
): Promise<number> {
  const clock = createRealClock();
  const http = new HttpConnection(address, clock);
  const budget = startBudget(clock, timeoutMs);
  const ask = async (): Promise<number> => {
    const date = Date.parse(
      (await http.send({ method: 'GET', path }, budget)).header('date') ?? '',
    );
    if (Number.isNaN(date)) throw new ClientError('protocol', `${path} came without a date`);
    return date;
  };
  try {
    const first = await ask();
    for (;;) {
      const date = await ask();
      if (date !== first) return date;
      await clock.sleep(POLL_MS);
    }
  } finally {
    await http.close();
  }
}
