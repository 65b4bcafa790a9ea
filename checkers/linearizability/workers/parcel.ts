import type { Operation, OperationType } from '../../../harness/history/operation.js';
import type { JsonValue } from '../../../harness/json.js';
import type { Budget } from '../core/budget.js';

/**
 * Operations as they are sent to a thread: a column for each field that engines look at. To clone a million
 * objects takes seconds and holds up the sender; columns are moved.
 */
export interface Parcel {
  names: string[];
  /** Indexes into `names` and `TYPES`. */
  f: Uint16Array<ArrayBuffer>;
  type: Uint8Array<ArrayBuffer>;
  process: Float64Array<ArrayBuffer>;
  call: Float64Array<ArrayBuffer>;
  return: Float64Array<ArrayBuffer>;
  /** NaN where none was reported. */
  version: Float64Array<ArrayBuffer>;
  inputs: JsonValue[];
  outputs: (JsonValue | undefined)[];
}

const TYPES: readonly OperationType[] = ['ok', 'fail', 'info'];

/** Throws `OutOfBudget` where time is over before all are packed. */
export function pack(operations: readonly Operation[], budget: Budget): Parcel {
  const count = operations.length;
  const names = new Map<string, number>();
  const parcel: Parcel = {
    names: [],
    f: new Uint16Array(count),
    type: new Uint8Array(count),
    process: new Float64Array(count),
    call: new Float64Array(count),
    return: new Float64Array(count),
    version: new Float64Array(count),
    inputs: [],
    outputs: [],
  };
  operations.forEach((operation, i) => {
    budget.work();
    let name = names.get(operation.f);
    if (name === undefined) names.set(operation.f, (name = parcel.names.push(operation.f) - 1));
    parcel.f[i] = name;
    parcel.type[i] = TYPES.indexOf(operation.type);
    parcel.process[i] = Number(operation.process);
    parcel.call[i] = operation.call;
    parcel.return[i] = operation.return;
    parcel.version[i] = Number(operation.meta?.version ?? NaN);
    parcel.inputs.push(operation.input);
    parcel.outputs.push(operation.output);
  });
  return parcel;
}

/** What can be moved instead of copied. */
export function movables(parcel: Parcel): ArrayBuffer[] {
  const { f, type, process, call, return: end, version } = parcel;
  return [f, type, process, call, end, version].map((column) => column.buffer);
}

/** The operations again, without what engines do not look at: key, node, times, error, the rest of `meta`. */
export function unpack(parcel: Parcel): Operation[] {
  return parcel.inputs.map((input, i) => ({
    process: parcel.process[i],
    f: parcel.names[parcel.f[i]],
    input,
    output: parcel.outputs[i],
    type: TYPES[parcel.type[i]],
    call: parcel.call[i],
    return: parcel.return[i],
    startTime: 0,
    endTime: 0,
    meta: Number.isNaN(parcel.version[i]) ? undefined : { version: parcel.version[i] },
  }));
}
