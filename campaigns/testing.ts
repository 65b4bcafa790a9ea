/** What tests of definitions and of systems need. The suites are for vitest, which is then installed beside Schism. */
export { describeTarget, type TargetSuite } from './api/describe-target.js';
export { type Concluded, expectOutcome, UnexpectedOutcomeError } from './api/expect-outcome.js';

export type { Simulator } from '../checkers/linearizability/testing/simulator.js';
export {
  type CheckerSubject,
  eventsOf,
  type ShortEvent,
} from '../checkers/testing/checker-laws.js';
export { describeChecker, describeModel } from '../checkers/testing/suites.js';

export { createVirtualClock, type VirtualClock } from '../harness/environment/virtual.js';
export {
  drive,
  type DriveOptions,
  type Given,
  planOf,
} from '../harness/generators/testing/drive.js';

export { type FakeContext, fakeContext } from '../nemeses/testing/fake-cluster.js';
export { describeNemesis } from '../nemeses/testing/suite.js';

export type { ClientSuite } from '../targets/conformance/bench.js';
export { describeClient } from '../targets/conformance/suite.js';
