import type { Operation } from '../../harness/history/operation.js';
import type { JsonValue } from '../../harness/json.js';
import { canonical, showValue, type Model } from './model.js';

/** The value, and what is known of its version: that it is this one, or that it is a greater one. */
export interface VersionedValue {
  value: JsonValue;
  version: number;
  isExact: boolean;
  /** Where it is not exact: versions that it is known not to be. */
  excluded: readonly number[];
}

/**
 * A register that counts its changes, as etcd's revision, ZooKeeper's version and Consul's ModifyIndex do.
 * A later change has a greater version; how much greater is the system's affair, since versions may count
 * the changes of other keys too. `read` answers [value, version]; `write v` and `cas [version, v]`, which
 * changes only what has that version, answer the new version. Starts as nil with version 0.
 *
 * A change that crashed leaves a version that nobody was told. A read tells it, so a read changes what is
 * known and is not an observer here.
 */
export const versionedRegister: Model<VersionedValue> = {
  name: 'versioned-register',
  description: 'read → [v, version], write v → version, cas [version, v] → version; from [nil, 0]',
  operations: { read: 'update', write: 'update', cas: 'update' },
  mismatches: ['cas'],
  initial: exactly(null, 0),
  step: stepVersioned,
  stateKey: ({ value, version, isExact, excluded }) =>
    `${isExact ? '=' : '>'}${version} ${excluded.join()} ${canonical(value)}`,
  describe: ({ value, version, isExact }) =>
    `${showValue(value)} at ${isExact ? 'version' : 'a version after'} ${version}`,
  complaint: complainVersioned,
};

function exactly(value: JsonValue, version: number): VersionedValue {
  return { value, version, isExact: true, excluded: [] };
}

function stepVersioned(state: VersionedValue, operation: Operation): readonly VersionedValue[] {
  const { f, input, output, type } = operation;
  if (f === 'read') {
    const [value, version] = type === 'ok' ? (output as JsonValue[]) : [state.value, state.version];
    if (canonical(state.value) !== canonical(value)) return [];
    return withVersion(state, version as number);
  }
  const [expected, value] = f === 'cas' ? (input as JsonValue[]) : [undefined, input];
  if (type === 'fail') return withoutVersion(state, expected as number);
  const before = f === 'cas' ? withVersion(state, expected as number) : [state];
  return before.flatMap(({ version }) => {
    if (type === 'info') return [{ value, version, isExact: false, excluded: [] }];
    return (output as number) > version ? [exactly(value, output as number)] : [];
  });
}

/** The state if it has this version; none where it cannot. */
function withVersion(state: VersionedValue, version: number): VersionedValue[] {
  if (state.isExact) return state.version === version ? [state] : [];
  const isPossible = version > state.version && !state.excluded.includes(version);
  return isPossible ? [exactly(state.value, version)] : [];
}

function withoutVersion(state: VersionedValue, version: number): VersionedValue[] {
  if (state.isExact) return state.version === version ? [] : [state];
  if (version <= state.version || state.excluded.includes(version)) return [state];
  const excluded = [...state.excluded, version].sort((a, b) => a - b);
  return [{ ...state, excluded }];
}

function complainVersioned({ f, input, output, type }: Operation): string | undefined {
  const isCas = Array.isArray(input) && input.length === 2 && typeof input[0] === 'number';
  if (f === 'cas' && !isCas) return `cas takes [version, value], not ${showValue(input)}`;
  if (type !== 'ok') return undefined;
  const version = f !== 'read' ? output : Array.isArray(output) ? output[1] : undefined;
  const shape = f === 'read' ? '[value, version]' : 'a version';
  return typeof version === 'number'
    ? undefined
    : `${f} answers ${shape}, not ${showValue(output)}`;
}
