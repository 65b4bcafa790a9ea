import type { Operation } from '../../harness/history/operation.js';
import type { JsonValue } from '../../harness/json.js';
import { canonical, showValue, type Model } from './model.js';

/** `read` answers the value that is there; `write` replaces it. Starts as nil. */
export const register: Model<JsonValue> = {
  name: 'register',
  description: 'one value: read → v, write v; starts as nil',
  operations: { read: 'observer', write: 'update' },
  initial: null,
  step: stepRegister,
  stateKey: canonical,
  describe: showValue,
  describeOperation: describeRegister,
  classify: classifyRegister,
  needs: neededValue,
  leaves: leftValue,
  complaint: complainRegister,
};

/**
 * A register with compare-and-set: `cas [from, to]`. One that failed with `mismatch` saw that the value
 * was not `from`.
 */
export const casRegister: Model<JsonValue> = {
  ...register,
  name: 'cas-register',
  description: 'one value: read → v, write v, cas [from, to]; starts as nil',
  operations: { ...register.operations, cas: 'update' },
  mismatches: ['cas'],
};

function stepRegister(state: JsonValue, operation: Operation): readonly JsonValue[] {
  if (operation.f === 'write') return [operation.input];
  if (operation.f === 'read') return same(state, operation.output ?? null) ? [state] : [];
  const [from, to] = operation.input as JsonValue[];
  const matches = same(state, from);
  if (operation.type === 'fail') return matches ? [] : [state];
  return matches ? [to] : [];
}

function same(a: JsonValue, b: JsonValue): boolean {
  return a === b || (typeof a === 'object' && canonical(a) === canonical(b));
}

function classifyRegister(operation: Operation): string {
  const { f, input, output, type } = operation;
  if (f === 'read') return `r${canonical(output ?? null)}`;
  if (f === 'write') return `w${canonical(input)}`;
  return type === 'fail' ? `x${canonical((input as JsonValue[])[0])}` : `c${canonical(input)}`;
}

function neededValue({ f, input, output, type }: Operation): JsonValue | undefined {
  if (f === 'read') return output ?? null;
  return f === 'cas' && type !== 'fail' ? (input as JsonValue[])[0] : undefined;
}

function leftValue(operation: Operation): JsonValue | undefined {
  if (operation.f === 'write') return operation.input;
  if (operation.f === 'read' || operation.type === 'fail') return neededValue(operation);
  return (operation.input as JsonValue[])[1];
}

function describeRegister(operation: Operation): string {
  const { f, input, output, type } = operation;
  if (f === 'read') return type === 'ok' ? `read → ${showValue(output ?? null)}` : 'read';
  if (f === 'write') return `write ${showValue(input)}`;
  const [from, to] = input as JsonValue[];
  const asked = `cas ${showValue(from)} → ${showValue(to)}`;
  return type === 'fail' ? `${asked} (no match)` : asked;
}

function complainRegister(operation: Operation): string | undefined {
  const { f, input } = operation;
  if (f === 'cas' && (!Array.isArray(input) || input.length !== 2)) {
    return `cas takes [from, to], not ${showValue(input)}`;
  }
  return undefined;
}
