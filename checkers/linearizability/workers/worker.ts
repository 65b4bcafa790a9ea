import { createRealClock } from '../../../harness/environment/real.js';
import { MODELS } from '../../models/catalogue.js';
import { Budget } from '../core/budget.js';
import { decide, type Decision, type EngineName } from '../engines/decide.js';
import { createHeapMeter } from '../core/heap.js';
import { unpack, type Parcel } from './parcel.js';

/** One partition for a worker thread. Models are known by name, since functions cannot be sent. */
export interface WorkerTask {
  model: keyof typeof MODELS;
  engine: EngineName | undefined;
  operations: Parcel;
  /** Until the limit of time, and until others wait. */
  timeMs: number;
  shareMs: number;
  memoryBytes: number;
  /** Shared with whoever waits: configurations tried so far, and operations in the longest order. */
  progress: Float64Array;
}

/** Made before the first task, so that what is sent counts as memory of the task. */
const heap = createHeapMeter();

/** What comes back: a linearization stays in the thread, being a function. */
export default function judgeInWorker(task: WorkerTask): Decision {
  const { model, engine, progress, memoryBytes } = task;
  const budget = new Budget(createRealClock(), {
    deadline: task.timeMs * 1e6,
    yieldAt: task.shareMs * 1e6,
    memoryBytes,
    steps: Infinity,
    heap,
    onProgress: (steps, longestPrefix) => {
      progress[0] += steps;
      progress[1] = Math.max(progress[1], longestPrefix);
    },
  });
  const question = { model: MODELS[model], operations: unpack(task.operations) };
  const decision = decide(question, budget, engine);
  const { answer } = decision;
  return { ...decision, answer: answer.verdict === 'valid' ? { verdict: 'valid' } : answer };
}
