import { nodeNames } from '../contracts/cluster.js';
import type { History } from '../history/operation.js';
import { heal } from './faults.js';
import { judge, resultOf } from './judge.js';
import { applyLoad, finalOperations } from './load.js';
import type { RunParts } from './parts.js';
import type { RunResult } from './result.js';
import { setUp } from './set-up.js';
import { RunState } from './state.js';

/** What a run leaves to be reported. */
export interface FinishedRun {
  result: RunResult;
  history: History;
}

/**
 * One run, from an empty folder to its results: set up, load under faults, heal, final operations, check,
 * tear down. Whatever happens in between, what was started is stopped and what was recorded is judged.
 */
export async function executeRun(parts: RunParts): Promise<FinishedRun> {
  const run = new RunState(parts);
  try {
    await run.phase('set-up', setUp);
    await run.phase('load', applyLoad);
    await run.phase('heal', heal);
    await run.phase('final', finalOperations);
  } catch (error) {
    run.failed(error);
  }
  try {
    await run.phase('check', judge);
    // A cluster stays up for its verdict: what its nodes stored explains a violation.
    if (run.isViolation) await saveNodeData(run);
  } finally {
    await tearDown(run);
  }
  const result = keepResult(run);
  if (result.outcome !== 'violation') parts.folder.removeNodeData(nodeNames(parts.spec.nodes));
  return { result, history: run.history() };
}

async function saveNodeData({ cluster, warnings }: RunState): Promise<void> {
  for (const node of cluster?.nodes ?? []) {
    try {
      await node.saveData?.();
    } catch (error) {
      warnings.push(`The data of ${node.name} could not be saved: ${String(error)}`);
    }
  }
}

/** Never throws: what goes wrong here must not hide what was found before. */
async function tearDown(run: RunState): Promise<void> {
  try {
    await run.cluster?.teardown();
  } catch (error) {
    run.failed(error);
  }
  try {
    run.recorder.close();
  } catch (error) {
    run.failed(error);
  }
}

/** What cannot be written is still reported: a verdict is worth more than its file. */
function keepResult(run: RunState): RunResult {
  try {
    run.parts.folder.writeJson('results', resultOf(run));
  } catch (error) {
    run.failed(error);
  }
  return resultOf(run);
}
