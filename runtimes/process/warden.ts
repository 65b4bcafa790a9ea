import { createInterface } from 'node:readline';
import { isAlive, signalGroup } from '../common/process-table.js';

/**
 * The process that outlives the harness by a moment. It is told on standard input which processes to
 * watch (`watch PID START`) and which have ended (`forget PID`). When its input ends, the harness is done
 * or dead, and whatever is still watched is killed: also a stopped process, which cannot notice by itself
 * that the harness has gone.
 */
const watched = new Map<number, string>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [verb, pid, ...startTime] = line.split(' ');
  if (verb === 'watch') watched.set(Number(pid), startTime.join(' '));
  else watched.delete(Number(pid));
});
lines.on('close', () => {
  for (const [pid, startTime] of watched) {
    if (isAlive(pid, startTime)) signalGroup(pid, 'SIGKILL');
  }
});
