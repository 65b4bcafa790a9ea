import { Command, Option } from '@commander-js/extra-typings';

import {
  CHECK_MEMORY,
  CHECK_TIMEOUT,
  checkCampaign,
  type JudgedHistory,
} from '../../campaigns/check/check.js';
import { duration, size } from '../../campaigns/options/kinds.js';
import type { CheckProgress } from '../../harness/contracts/checker.js';
import { HistoryError } from '../../harness/history/history-error.js';
import { composeOutcomes, EXIT_CODES, EXIT_USAGE } from '../../harness/verdict.js';
import { createLiveView, type LiveView } from '../../reports/console/live.js';
import { checkStory, checkTable } from '../terminal/check-story.js';
import { ExitCode } from '../terminal/exit-code.js';
import type { Output } from '../terminal/output.js';
import { progressText } from '../terminal/progress.js';
import type { Session } from '../terminal/session.js';

/** One of many files that is not a history, or not one of the model: the others are judged all the same. */
export interface RefusedHistory {
  path: string;
  refusal: HistoryError;
}

function checkCommand() {
  return new Command('check')
    .description("judge recorded histories: Schism's own, Jepsen's EDN or logs, key-value logs")
    .argument('<files...>', 'history files, or run folders')
    .option('--model <name>', 'what the system promises to be (schism list models)')
    .option('--checker <name>', 'ask another checker than linearizability (schism list checkers)')
    .option('--format <name>', 'jsonl, edn, jepsen-log or kv; told by its content when left out')
    .addOption(
      new Option('--timeout <duration>', 'for each history')
        .argParser(duration.parse)
        .default(duration.parse(CHECK_TIMEOUT), CHECK_TIMEOUT),
    )
    .addOption(
      new Option('--memory <size>', 'how much memory the check of one history may take')
        .argParser(size.parse)
        .default(size.parse(CHECK_MEMORY), CHECK_MEMORY),
    )
    .option('--explain', 'show why: the smallest evidence, or an order that explains everything');
}

/** `schism check FILE …`. */
export function addCheckCommand(
  program: Command,
  openSession: () => Promise<Session>,
  output: Output,
): void {
  const command = checkCommand();
  command.action(async (paths, { explain = false, timeout, memory, ...asked }) => {
    const session = await openSession();
    // A run folder has limits of its own, which a default does not replace.
    const isTyped = (name: 'timeout' | 'memory') =>
      command.getOptionValueSource(name) !== 'default';
    const limits = {
      timeout: isTyped('timeout') ? timeout : undefined,
      memory: isTyped('memory') ? memory : undefined,
    };
    const files: (JudgedHistory | RefusedHistory)[] = [];
    for (const path of paths) {
      const judging = judge({ ...asked, ...limits, history: path }, session);
      const file = paths.length === 1 ? await judging : await judging.catch(refused(path));
      files.push(file);
      for (const warning of 'refusal' in file ? [] : file.warnings) output.error(warning);
      if ('refusal' in file) output.error(`schism: ${file.refusal.message}`);
      else if (paths.length === 1 || explain) {
        if (paths.length > 1) output.out(`${file.file}:`);
        for (const line of checkStory(file, explain, output)) output.out(line);
      }
    }
    if (paths.length > 1) for (const line of checkTable(files)) output.out(line);
    throw new ExitCode(exitCodeOf(files));
  });
  program.addCommand(command.copyInheritedSettings(program));
}

/** Progress is for people who wait at a terminal; a log gets the verdict alone. */
async function judge(
  request: Parameters<typeof checkCampaign>[0],
  session: Session,
): Promise<JudgedHistory> {
  const view = createLiveView(process.stderr, session.clock);
  if (!process.stderr.isTTY) return checkCampaign(request, session);
  view.phase('check');
  try {
    return await checkCampaign(request, session, { onProgress: showProgress(view) });
  } finally {
    view.end();
  }
}

/** There are no clients while a file is judged. */
const NO_LOAD = { ok: 0, fail: 0, info: 0, open: 0, operationsPerSecond: 0, faults: [] };

function showProgress(view: LiveView): (progress: CheckProgress) => void {
  return (progress) => view.tick({ ...NO_LOAD, detail: progressText(progress) });
}

function refused(path: string): (error: unknown) => RefusedHistory {
  return (error) => {
    if (error instanceof HistoryError) return { path, refusal: error };
    throw error;
  };
}

/** A violation is masked by nothing, so not by another file that is no history either. */
function exitCodeOf(files: readonly (JudgedHistory | RefusedHistory)[]): number {
  const judged = files.flatMap((file) => ('refusal' in file ? [] : [file]));
  const outcome = composeOutcomes(judged.map((file) => file.outcome));
  const isWhole = judged.length === files.length;
  return isWhole || outcome === 'violation' ? EXIT_CODES[outcome] : EXIT_USAGE;
}
