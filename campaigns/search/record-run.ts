import { executeRun } from '../../harness/run/run.js';
import type { RunSpec } from '../../harness/run/spec.js';
import type { Clock } from '../../harness/environment/environment.js';
import { assembleRun } from '../run/assemble-run.js';
import type { Registries } from '../definitions/registries.js';
import { resolveAgain } from '../run/resolve-spec.js';
import type { ReportedRun } from '../run/run-once.js';
import { writeReport } from '../run/write-report.js';

/** Makes a simulated run with a folder and a report; nothing of it is shown while it goes on. */
export async function recordRun(
  spec: RunSpec,
  names: Registries,
  runsDirectory: string,
  clock: Clock,
  say: (line: string) => void,
): Promise<ReportedRun> {
  const resolved = resolveAgain(spec, names);
  const { record, folder, parts } = await assembleRun(resolved, names, runsDirectory, clock);
  const { environment } = parts;
  const { result, history } = await executeRun({
    ...parts,
    observer: {
      phase: (name) => folder.appendLog(`${seconds(environment.clock)} phase ${name}`),
      log: (line) => folder.appendLog(`${seconds(environment.clock)} ${line}`),
      faults: () => undefined,
      counters: () => undefined,
      checking: () => undefined,
    },
    stop: new AbortController().signal,
    abandonCheck: new AbortController().signal,
  });
  const data = writeReport(folder, record, result, history, ({ message }) => say(message));
  return { folder, record, result, history, data };
}

function seconds(clock: Clock): string {
  return `[${(clock.now() / 1e9).toFixed(3)} s]`;
}
