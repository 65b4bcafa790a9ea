import { Budget } from '../../checkers/linearizability/core/budget.js';
import { decide } from '../../checkers/linearizability/engines/decide.js';
import { prepare } from '../../checkers/linearizability/core/preparation.js';
import { MODELS } from '../../checkers/models/catalogue.js';
import type { AnyModel } from '../../checkers/models/model.js';
import { createRandom } from '../../harness/environment/random.js';
import { createRealClock } from '../../harness/environment/real.js';
import { readHistory } from '../../harness/history/read.js';
import type { History } from '../../harness/history/operation.js';
import { elapsedMs } from '../../harness/environment/elapsed.js';
import { generateHistory, type HistoryRecipe } from '../histories/generate-history.js';
import { generateSimulated, type SimulatedRecipe } from '../histories/simulated-histories.js';

/** What one cell of a table is made of: a made history, or files of known verdicts. */
export interface CellSpec {
  model: keyof typeof MODELS;
  recipe?: HistoryRecipe;
  simulated?: SimulatedRecipe;
  files?: readonly string[];
  /** How often it is judged; the first half is warming up where it is more than three. */
  repetitions: number;
}

export interface Cell {
  milliseconds: number;
  verdict: string;
  engines: string[];
  peakMegabytes: number;
}

const LIMIT_NS = 60e9;
const clock = createRealClock();

async function load({ recipe, simulated, files = [] }: CellSpec): Promise<History[]> {
  const random = createRandom(1);
  if (recipe) return [{ events: [], operations: generateHistory(recipe, random) }];
  if (simulated) return [{ events: [], operations: generateSimulated(simulated, random) }];
  return Promise.all(files.map(async (file) => (await readHistory(file)).history));
}

/** Judges every history, key by key, and stops a history at its first violation, as the front door does. */
function judge(model: AnyModel, histories: readonly History[], engines: Set<string>): string[] {
  return histories.map((history) => {
    let verdict = 'valid';
    for (const { operations } of prepare(model, history).partitions) {
      const limits = { deadline: clock.now() + LIMIT_NS, memoryBytes: 8e9, steps: Infinity };
      const { engine, answer } = decide({ model, operations }, new Budget(clock, limits));
      engines.add(engine);
      if (answer.verdict !== 'valid') verdict = answer.verdict;
      if (answer.verdict === 'invalid') break;
    }
    return verdict;
  });
}

/** A process of its own, so that its peak memory is that of its cells alone: prints one line of JSON. */
async function main(specs: readonly CellSpec[]): Promise<void> {
  const cells: Cell[] = [];
  for (const spec of specs) {
    const histories = await load(spec);
    const times: number[] = [];
    const engines = new Set<string>();
    let verdicts: string[] = [];
    for (let i = 0; i < spec.repetitions; i++) {
      const start = clock.now();
      verdicts = judge(MODELS[spec.model], histories, engines);
      times.push(elapsedMs(clock, start));
    }
    const measured = times.length > 3 ? times.slice(times.length >> 1) : times;
    cells.push({
      milliseconds: measured.sort((a, b) => a - b)[measured.length >> 1],
      verdict: verdicts.length === 1 ? verdicts[0] : `${verdicts.length} histories`,
      engines: [...engines],
      peakMegabytes: process.resourceUsage().maxRSS / 1024,
    });
  }
  console.log(JSON.stringify(cells));
}

await main(JSON.parse(process.argv[2]) as CellSpec[]);
