import { ENGINES } from '../../checkers/linearizability/engines/decide.js';
import type { Engine } from '../../checkers/linearizability/core/engine.js';
import {
  compareEngines,
  compareFrontier,
  compareOnline,
} from '../../checkers/linearizability/testing/agreement.js';
import { compareWithBruteForce } from '../../checkers/linearizability/testing/conformance.js';
import {
  registerSimulator,
  reportingSimulator,
} from '../../checkers/linearizability/testing/register-simulators.js';
import type { AnySimulator } from '../../checkers/linearizability/testing/simulator.js';
import { SIMULATORS } from '../../checkers/linearizability/testing/simulators.js';
import { MODELS } from '../../checkers/models/catalogue.js';
import type { AnyModel } from '../../checkers/models/model.js';
import type { Soak, Trial } from './trial.js';

/** Small histories that a seed stands for. */
const CASES = 250;

const UNIQUE = { unique: true, domain: 0, cas: 0 };

/** Simulators that only some engines make anything of, beside those of the property tests. */
const MORE: Readonly<Record<string, readonly AnySimulator[]>> = {
  register: [registerSimulator(UNIQUE)],
  'cas-register': [
    registerSimulator({ unique: false, domain: 6, cas: 0.3 }),
    reportingSimulator({ unique: false, domain: 3, cas: 0.4 }),
    reportingSimulator({ ...UNIQUE, cas: 0.4 }),
  ],
};

/** Every engine against brute force, against the others, and against what is judged online. */
export const checkersSoak: Soak = {
  description: 'engines against brute force, each other and the online checker, for every model',
  trials: () =>
    Object.entries(MODELS).flatMap(([name, model]: [string, AnyModel]) =>
      [...SIMULATORS[name], ...(MORE[name] ?? [])].flatMap((simulator, i) =>
        trialsOf(`${name} ${i + 1}`, model, simulator),
      ),
    ),
};

function trialsOf(name: string, model: AnyModel, simulator: AnySimulator): Trial[] {
  const engines: Engine[] = Object.values(ENGINES);
  const shape = { operations: 200, processes: 4, crashRate: 0.02, lieRate: 0.002 };
  return [
    ...engines
      .filter((engine) => engine.serves(model))
      .map((engine) => ({
        name: `${engine.name}: ${name}`,
        run: (seed: number) =>
          void compareWithBruteForce(engine, model, simulator, CASES, CASES * seed),
      })),
    {
      name: `frontier: ${name}`,
      run: (seed) => compareFrontier(model, simulator, CASES, CASES * seed),
    },
    { name: `agreement: ${name}`, run: (seed) => void compareEngines(model, simulator, seed) },
    {
      name: `online: ${name}`,
      run: async (seed) => void (await compareOnline(model, simulator, shape, seed)),
    },
  ];
}
