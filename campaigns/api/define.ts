import type { AnyModel, Model } from '../../checkers/models/model.js';
import type { CheckerFactory } from '../../harness/contracts/checker.js';
import type { Target } from '../../harness/contracts/target.js';
import type { Workload } from '../../harness/contracts/workload.js';
import type { Definitions } from '../definitions/registries.js';

/** What `schism.config.ts` exports: definitions by kind and by the name that they are called by. */
export type Config = Partial<Definitions>;

/** Each of these gives back what it is given; they are there for its types. */
export function defineConfig(config: Config): Config {
  return config;
}

/** A system under test. */
export function defineTarget<const T extends Target>(target: T): T {
  return target;
}

/** What clients do, and which checkers judge it. */
export function defineWorkload(workload: Workload): Workload {
  return workload;
}

/** A judge of histories. */
export function defineChecker<const C extends CheckerFactory>(checker: C): C {
  return checker;
}

/** A sequential specification with states of the type `State`; a configuration takes models of any. */
export function defineModel<State>(model: Model<State>): Model<State> & AnyModel {
  return model as Model<State> & AnyModel;
}
