import type { SeededBug, Target } from '../../harness/contracts/target.js';
import { type MeasuredBug, readMeasuredBugs } from '../definitions/measured-bugs.js';
import type { Registries } from '../definitions/registries.js';
import { lookUp } from '../definitions/usage-error.js';

/** A mistake that can be built into one of our nodes, and how it was found. */
export interface BugEntry extends SeededBug {
  target: string;
  name: string;
  /** Absent where nothing was measured. */
  measured?: MeasuredBug;
}

/** `schism bugs`: of one target or of all. Throws a `UsageError` on a target that there is not. */
export function listBugs({ targets }: Registries, wanted?: string): BugEntry[] {
  const chosen: readonly Target[] =
    wanted === undefined ? Object.values(targets) : [lookUp('target', wanted, targets, 'targets')];
  const measured = readMeasuredBugs();
  return chosen.flatMap(({ name: target, bugs }) =>
    Object.entries(bugs).map(([name, bug]) => {
      return { target, name, ...bug, measured: measured[target]?.[name] };
    }),
  );
}
