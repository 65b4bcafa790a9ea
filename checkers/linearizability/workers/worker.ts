import { createRealClock } from '../../../harness/environment/real.js';
import type { Operation } from '../../../harness/history/operation.js';
import { MODELS } from '../../models/catalogue.js';
import { Budget } from '../budget.js';
import { decide, type Decision, type EngineName } from '../decide.js';

/** One partition for a worker thread. Models are known by name, since functions cannot be sent. */
export interface WorkerTask {
  model: keyof typeof MODELS;
  engine: EngineName | undefined;
  operations: readonly Operation[];
  timeMs: number;
  memoryBytes: number;
  steps: number;
}

/** What comes back: a linearization stays in the thread, being a function. */
export default function judgeInWorker(task: WorkerTask): Decision {
  const clock = createRealClock();
  const budget = new Budget(clock, {
    deadline: task.timeMs * 1e6,
    memoryBytes: task.memoryBytes,
    steps: task.steps,
  });
  const question = { model: MODELS[task.model], operations: task.operations };
  const decision = decide(question, budget, task.engine);
  const { answer } = decision;
  return { ...decision, answer: answer.verdict === 'valid' ? { verdict: 'valid' } : answer };
}
