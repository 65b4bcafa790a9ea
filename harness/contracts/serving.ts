import type { OperationFamily } from './operations/family.js';
import type { Target } from './target.js';
import type { Workload } from './workload.js';

/** The families that a workload asks for, with these of its options chosen over the defaults. */
export function familiesNeeded(
  { needs, options }: Pick<Workload, 'needs' | 'options'>,
  chosen: Readonly<Record<string, string>> = {},
): OperationFamily[] {
  const byOption = Object.entries(options).flatMap(([name, option]) => {
    const value = chosen[name] ?? option.default;
    const { needs: more = {} } = option;
    return Object.hasOwn(more, value) ? more[value] : [];
  });
  return [...needs, ...byOption];
}

/** Those of these families that the clients of a target do not serve. */
export function familiesMissing(
  { families }: Pick<Target, 'families'>,
  needed: readonly OperationFamily[],
): OperationFamily[] {
  const served = new Set(families.map(({ name }) => name));
  return needed.filter(({ name }) => !served.has(name));
}

/** Names of the workloads that a target can serve with their defaults. */
export function workloadsServed(
  target: Pick<Target, 'families'>,
  workloads: Readonly<Record<string, Workload>>,
): string[] {
  return Object.entries(workloads).flatMap(([name, workload]) =>
    familiesMissing(target, familiesNeeded(workload)).length === 0 ? [name] : [],
  );
}
