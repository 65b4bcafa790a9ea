import { createRealClock } from '../harness/environment/real.js';
import { readHistory } from '../harness/history/read.js';

/** A process of its own, so that its peak memory is that of reading alone: prints one line of JSON. */
const [path] = process.argv.slice(2);
const clock = createRealClock();
const { history } = await readHistory(path);
const seconds = clock.now() / 1e9;
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMegabytes: maxRSS / 1024,
    operations: history.operations.length,
  }),
);
