import type { CampaignContext } from '../../campaigns/definitions/context.js';
import { loadRegistries } from '../../campaigns/definitions/load-registries.js';
import { createRealClock } from '../../harness/environment/real.js';
import { createLiveView } from '../../reports/console/live.js';
import { createInterrupts, type Interrupts } from './interrupt.js';
import type { Output } from './output.js';
import { createProgress } from './progress.js';

/** What a command of the command line hands to a campaign. */
export interface Session extends CampaignContext {
  interrupts: Interrupts;
}

/**
 * Names stand for what is built in and for what the configuration of the working directory adds; each run is shown live
 * on the error stream, and Ctrl-C heals, checks and reports while one goes on.
 */
export async function openSession(output: Output): Promise<Session> {
  const directory = process.cwd();
  const clock = createRealClock();
  const interrupts = createInterrupts();
  return {
    registries: await loadRegistries(directory),
    clock,
    directory,
    interrupts,
    say: (line) => output.error(line),
    stop: interrupts.stop,
    abandonCheck: interrupts.abandon,
    watch: ({ timeMs }) => {
      const progress = createProgress(createLiveView(process.stderr, clock), clock, timeMs);
      const release = interrupts.listen(progress.log);
      return {
        ...progress,
        end: () => {
          progress.end();
          release();
        },
      };
    },
  };
}
