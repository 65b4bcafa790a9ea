import type { ClockReading } from '../../../harness/contracts/cluster.js';
import type { ClockReadable } from '../../../harness/contracts/starts/container.js';
import { createRealClock } from '../../../harness/environment/real.js';
import { startBudget } from '../../../harness/network/budget.js';
import { poll } from '../../../harness/environment/poll.js';
import { askFourLetterWord } from './four-letter.js';

/** How slf4j-simple is told to write the time, for `readLogTime`: a date too, and no blank in it. */
export const LOG_DATE_FORMAT = 'yyyy-MM-dd,HH:mm:ss.SSS';

/** The vendor's image has `2024-01-31 12:00:00,123`, our builds `2024-01-31,12:00:00.123`; both in UTC. */
const TIME = /^(\d{4}-\d\d-\d\d)[ ,](\d\d:\d\d:\d\d)[.,](\d{3}) /;
/** The log has whole milliseconds; the rest of one was cut off. */
const RESOLUTION_MS = 1;
const WORD = 'ruok';
const POLL_MS = 5;
const LINES = 200;

/**
 * The wall clock of a server: nothing that it answers has it, but it logs each four-letter word that it is sent, before
 * it answers, with the time and the sender's port. Throws where no such line appears in time.
 */
export async function readLogTime(
  { address, logTail }: ClockReadable,
  timeoutMs: number,
): Promise<ClockReading> {
  const clock = createRealClock();
  const budget = startBudget(clock, timeoutMs);
  const before = lastMention(await logTail(LINES));
  const askedMs = clock.wallMs();
  await askFourLetterWord(address, WORD, clock, timeoutMs);
  const untilMs = clock.wallMs();
  // A budget is never wholly used up: 1 ms is what is left at the end.
  const limitMs = budget.remainingMs() - 1;
  const wallMs = await poll(clock, { everyMs: POLL_MS, limitMs }, async () => {
    const line = lastMention(await logTail(LINES));
    return line === before ? undefined : parseLogTime(line ?? '');
  });
  if (wallMs !== undefined) return { wallMs, fromMs: askedMs - RESOLUTION_MS, untilMs };
  throw new Error(`the server's log does not say when it was asked ${WORD}`);
}

function lastMention(log: string): string | undefined {
  return log
    .split('\n')
    .filter((line) => line.includes(`Processing ${WORD} command`))
    .at(-1);
}

/** When a line was logged; undefined where it does not begin with a time. */
export function parseLogTime(line: string): number | undefined {
  const match = TIME.exec(line);
  return match === null ? undefined : Date.parse(`${match[1]}T${match[2]}.${match[3]}Z`);
}
