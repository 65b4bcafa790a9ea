/**
 * The front door for programs, and for `schism.config.ts`: what the commands do, on plain data, and what definitions are
 * written with. Everything that is not exported here or by `schism/testing` is internal.
 */
export { check, type CheckReport } from './api/check.js';
export type { ProgramOptions } from './api/context.js';
export {
  type Config,
  defineChecker,
  defineConfig,
  defineModel,
  defineTarget,
  defineWorkload,
} from './api/define.js';
export { run, type RunReport } from './api/run.js';
export { simulate, type SimulateReport } from './api/simulate.js';

export type { CheckRequest, JudgedHistory } from './check/check.js';
export type { RunWatch } from './definitions/context.js';
export type { GivenDefinitions, NamedChecker, NamedRuntime } from './definitions/given.js';
export type { Definitions, RuntimeEntry } from './definitions/registries.js';
export { UsageError } from './definitions/usage-error.js';
export type { Duration, Size } from './options/kinds.js';
export type { GivenRunOptions } from './options/run-options.js';
export type { RunRequest } from './run/run.js';
export type { SimulateRequest } from './simulate/simulate.js';

export { createAvailabilityChecker } from '../checkers/availability/availability.js';
export { createDurabilityChecker } from '../checkers/durability/checker.js';
export { createLinearizabilityChecker } from '../checkers/linearizability/door/checker.js';
export {
  createMutualExclusionChecker,
  createProtectedWritesChecker,
} from '../checkers/locks/checkers.js';
export type { AnyModel, Model, OperationKind } from '../checkers/models/model.js';
export { createStatisticsChecker } from '../checkers/statistics/statistics.js';

export type * from '../harness/contracts/checker.js';
export { ClientError, type ErrorRow, type ErrorTable } from '../harness/contracts/client.js';
export type { Client, ClientContext, Completion, Invocation } from '../harness/contracts/client.js';
export type * from '../harness/contracts/cluster.js';
export type * from '../harness/contracts/starts/container.js';
export type * from '../harness/contracts/generator.js';
export { defineNemesis } from '../harness/contracts/nemesis.js';
export type * from '../harness/contracts/nemesis.js';
export type * from '../harness/contracts/starts/node-setup.js';
export { defineOperations } from '../harness/contracts/operations/family.js';
export type {
  AnswerOf,
  OperationFamily,
  OperationName,
  OperationShape,
  ValueOf,
} from '../harness/contracts/operations/family.js';
export { FAMILIES } from '../harness/contracts/operations/families/registry.js';
export type * from '../harness/contracts/program.js';
export { BrokenInvariant } from '../harness/contracts/protocol-monitor.js';
export type { ObservedStep, ProtocolMonitor } from '../harness/contracts/protocol-monitor.js';
export type * from '../harness/contracts/runtime.js';
export type * from '../harness/contracts/starts/start.js';
export type * from '../harness/contracts/target.js';
export type * from '../harness/contracts/workload.js';
export type * from '../harness/environment/environment.js';
export { createRandom, type Random } from '../harness/environment/random.js';
export type { AnyEvidence, EvidenceViewData } from '../harness/evidence.js';
export * from '../harness/generators/combinators.js';
export type * from '../harness/history/event.js';
export { HistoryError } from '../harness/history/history-error.js';
export type * from '../harness/history/operation.js';
export type * from '../harness/json.js';
export type { Budget } from '../harness/network/budget.js';
export type * from '../harness/run/result.js';
export type { DefinitionOrigin, RunRecord, RunSpec, ScheduledFault } from '../harness/run/spec.js';
export { composeOutcomes, composeVerdicts } from '../harness/verdict.js';
export type { CheckResult, Outcome, UnknownReason, Verdict } from '../harness/verdict.js';

export { DURABILITY_MODES } from '../nodes/host/log/durability.js';
export { createOperationsClient } from '../targets/client-kit/operations.js';
export type { Operation as ClientOperation, Operations } from '../targets/client-kit/operations.js';

/** What shapes of operations and of parameters are written with. */
export { z } from 'zod';
