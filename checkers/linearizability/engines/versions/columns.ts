import type { Operation } from '../../../../harness/history/operation.js';
import type { JsonValue } from '../../../../harness/json.js';
import type { Budget } from '../../core/budget.js';
import { NEVER, NONE } from '../register/columns.js';
import { ValueNumbers } from '../../core/value-numbers.js';

/** Beside the kinds of a register's operations, a read that crashed: it says nothing. */
export const NOTHING = 4;

/** What one operation has to do with versions and values. */
export interface VersionedOperation {
  kind: number;
  /** What was read or written; undefined for a mismatch. */
  value?: JsonValue;
  /** The version that was read, or that the change was told to have; undefined where nobody was told. */
  version?: number;
  /** What a compare-and-set asked for (a mismatch: did not find): a version or a value, as the engine likes. */
  expected?: JsonValue;
}

/** The operations of one register as columns, each with the version that it saw or left. */
export interface VersionedColumns {
  count: number;
  kind: Uint8Array;
  /** Numbers of values: what was read or left, and what was expected; `NONE` where there is none. */
  value: Int32Array;
  expected: Int32Array;
  /** The number, as a value, of the version that was read or left; `NONE` where nobody knows it. */
  version: Int32Array;
  call: Int32Array;
  /** `NEVER` for what crashed. */
  end: Int32Array;
  values: ValueNumbers;
}

const BYTES_PER_OPERATION = 80;

/** Undefined where positions do not fit into 31 bits or memory does not suffice. */
export function toVersionedColumns(
  operations: readonly Operation[],
  tell: (operation: Operation) => VersionedOperation,
  budget: Budget,
): VersionedColumns | undefined {
  const count = operations.length;
  if (!budget.allocate(BYTES_PER_OPERATION * count)) return undefined;
  const values = new ValueNumbers(count);
  const columns: VersionedColumns = {
    count,
    kind: new Uint8Array(count),
    value: new Int32Array(count).fill(NONE),
    expected: new Int32Array(count).fill(NONE),
    version: new Int32Array(count).fill(NONE),
    call: new Int32Array(count),
    end: new Int32Array(count),
    values,
  };
  for (let i = 0; i < count; i++) {
    budget.work();
    const { call, return: end } = operations[i];
    if (call >= NEVER || (end >= NEVER && end !== Infinity)) return undefined;
    const { kind, value, version, expected } = tell(operations[i]);
    columns.kind[i] = kind;
    columns.call[i] = call;
    columns.end[i] = end === Infinity ? NEVER : end;
    if (value !== undefined) columns.value[i] = values.numberOf(value);
    if (expected !== undefined) columns.expected[i] = values.numberOf(expected);
    if (version !== undefined) columns.version[i] = values.numberOf(version);
  }
  return columns;
}
