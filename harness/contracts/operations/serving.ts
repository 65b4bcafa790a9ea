import type { OperationFamily } from './family.js';

/** What a target says of its clients. */
interface Serving {
  families: readonly OperationFamily[];
}

/** What a workload says that it asks for. */
interface Needing {
  needs: readonly OperationFamily[];
  options: Readonly<
    Record<
      string,
      { default: string; needs?: Readonly<Record<string, readonly OperationFamily[]>> }
    >
  >;
}

/** The families that a workload asks for, with these of its options chosen over the defaults. */
export function familiesNeeded(
  { needs, options }: Needing,
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
  { families }: Serving,
  needed: readonly OperationFamily[],
): OperationFamily[] {
  const served = new Set(families.map(({ name }) => name));
  return needed.filter(({ name }) => !served.has(name));
}

/** Names of the workloads that a target can serve with their defaults. */
export function workloadsServed(
  target: Serving,
  workloads: Readonly<Record<string, Needing>>,
): string[] {
  return Object.entries(workloads).flatMap(([name, workload]) =>
    familiesMissing(target, familiesNeeded(workload)).length === 0 ? [name] : [],
  );
}
