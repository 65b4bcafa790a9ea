import type { Operation } from '../../../../harness/history/operation.js';
import type { JsonValue } from '../../../../harness/json.js';
import type { Budget } from '../../core/budget.js';
import { ValueNumbers } from '../../core/value-numbers.js';

export const READ = 0;
export const WRITE = 1;
export const CAS = 2;
/** A compare-and-set that saw another value than the one it named. */
export const MISMATCH = 3;

/** The return of what never returned; also: no such operation, no such value. */
export const NEVER = 0x7fffffff;
export const NONE = -1;

/** The operations of one register as columns of small integers. */
export interface RegisterColumns {
  count: number;
  kind: Uint8Array;
  /** What the operation saw (or, a mismatch, did not see), and what it left; `NONE` where nothing. */
  saw: Int32Array;
  left: Int32Array;
  call: Int32Array;
  /** `NEVER` for what crashed. */
  end: Int32Array;
  valueCount: number;
  /** The values behind the numbers. */
  valueOf(id: number): JsonValue;
}

/** Undefined where positions do not fit into 31 bits or memory does not suffice. */
export function toColumns(
  operations: readonly Operation[],
  budget: Budget,
): RegisterColumns | undefined {
  const count = operations.length;
  if (!budget.allocate(21 * count)) return undefined;
  const values = new ValueNumbers(count);
  const kind = new Uint8Array(count);
  const saw = new Int32Array(count).fill(NONE);
  const left = new Int32Array(count).fill(NONE);
  const call = new Int32Array(count);
  const end = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    budget.work();
    const operation = operations[i];
    call[i] = operation.call;
    end[i] = operation.return === Infinity ? NEVER : operation.return;
    if (operation.call >= NEVER || (operation.return >= NEVER && end[i] !== NEVER))
      return undefined;
    if (operation.f === 'read') {
      saw[i] = values.numberOf(operation.output ?? null);
    } else if (operation.f === 'write') {
      kind[i] = WRITE;
      left[i] = values.numberOf(operation.input);
    } else {
      const [from, to] = operation.input as JsonValue[];
      kind[i] = operation.type === 'fail' ? MISMATCH : CAS;
      saw[i] = values.numberOf(from);
      if (kind[i] === CAS) left[i] = values.numberOf(to);
    }
  }
  const valueCount = values.count;
  return { count, kind, saw, left, call, end, valueCount, valueOf: (id) => values.valueOf(id) };
}
