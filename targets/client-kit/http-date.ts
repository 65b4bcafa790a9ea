import { ClientError } from '../../harness/contracts/client.js';
import type { ClockReading } from '../../harness/contracts/cluster.js';
import { createRealClock } from '../../harness/environment/real.js';
import { HttpConnection } from '../../harness/network/http.js';
import { startBudget } from '../../harness/network/budget.js';
import { poll } from '../../harness/environment/poll.js';

const POLL_MS = 5;
const SECOND_MS = 1_000;

/**
 * The wall clock of an HTTP server, milliseconds since 1970, by the `Date` of its answers (RFC 9110, 6.6.1). That has
 * whole seconds only, so the server is asked again until its second changes: it showed the new one between the last two
 * questions. A clock that jumped meanwhile may have shown it up to a second before. Throws a `ClientError` where it does not answer so, or not in time.
 */
export async function readHttpDate(
  address: { host: string; port: number },
  path: string,
  timeoutMs: number,
): Promise<ClockReading> {
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
    let askedMs = clock.wallMs();
    const first = await ask();
    return await poll(clock, { everyMs: POLL_MS }, async () => {
      const fromMs = askedMs;
      askedMs = clock.wallMs();
      const date = await ask();
      const untilMs = clock.wallMs();
      if (date === first + SECOND_MS) return { wallMs: date, fromMs, untilMs };
      if (date !== first) return { wallMs: date, fromMs: askedMs - SECOND_MS, untilMs };
      return undefined;
    });
  } finally {
    await http.close();
  }
}
