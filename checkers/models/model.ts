import type { Operation } from '../../harness/history/operation.js';
import type { JsonValue } from '../../harness/json.js';

/**
 * What an operation can do to a state. An `observer` never changes it (a read), so one that crashed is
 * nothing; an `update` may.
 */
export type OperationKind = 'observer' | 'update';

/**
 * A sequential specification: what a system without concurrency and without faults would do. All of it is
 * pure. `step` gets three types of operations:
 * - `ok`: it happened; `output` is what it answered.
 * - `info`: nobody knows; `step` says what it does if it takes effect, and must not look at `output`.
 * - `fail`: only of the names in `mismatches`, and only when the system answered "did not match": the
 *   operation is an observation, and changes nothing.
 *
 * A user's model is an object of this type in the `models` of schism.config.ts.
 */
export interface Model<State> {
  name: string;
  /** One line: which operations, with which values, from which initial state. */
  description: string;
  /** The operations that it knows, by `f`. */
  operations: Readonly<Record<string, OperationKind>>;
  /** Operations whose `fail` with the code `mismatch` is an observation. */
  mismatches?: readonly string[];
  initial: State;
  /** Every state that the operation can leave; none where it cannot happen in this state. */
  step(state: State, operation: Operation): readonly State[];
  /** Equal for two states exactly when they are the same state. */
  stateKey(state: State): string;
  /** A state in words, for explanations. */
  describe(state: State): string;
  /** An operation in words; `describeOperation` below where it is absent. */
  describeOperation?(operation: Operation): string;
  /**
   * The part of the state that the operation belongs to: histories are judged part by part, which is sound
   * only when no operation sees or changes another part. By `key` where it is absent.
   */
  partition?(operation: Operation): string | null;
  /**
   * Equal only for operations that do the same in every state, whatever their type and times. By process
   * (where `ofProcess`), type, name, input and output where it is absent.
   */
  classify?(operation: Operation): string;
  /**
   * Shortcuts for searches, where they can be told: `needs` the one state in which the operation can happen,
   * `leaves` the one state that it leaves whenever it happens. What leaves a state and needs none can
   * happen in every state (a write). Both undefined: ask `step`.
   */
  needs?(operation: Operation): State | undefined;
  leaves?(operation: Operation): State | undefined;
  /** Whether `step` looks at `operation.process`. */
  ofProcess?: boolean;
  /** Why the model cannot read the operation's values, as a sentence; undefined where it can. */
  complaint?(operation: Operation): string | undefined;
}

/** A model of which nothing is known but that it is one. */
export type AnyModel = Model<unknown>;

/** A value in short, for labels: JSON, cut after 40 characters. */
export function showValue(value: JsonValue | undefined): string {
  const text = value === undefined ? '?' : value === null ? 'nil' : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 38)}…` : text;
}

/** An operation in words, from its model's own words where there are any. */
export function describeOperation(model: AnyModel, operation: Operation): string {
  if (model.describeOperation) return model.describeOperation(operation);
  const { f, input, output, type } = operation;
  const asked = input === null ? f : `${f} ${showValue(input)}`;
  if (type === 'fail') return `${asked} (no match)`;
  return output === undefined || output === null || type === 'info'
    ? asked
    : `${asked} → ${showValue(output)}`;
}

/** JSON text that is the same for equal values, whatever the order of their fields. */
export function canonical(value: JsonValue | undefined): string {
  if (value === undefined) return '?';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const fields = Object.keys(value).filter((name) => value[name] !== undefined);
  return `{${fields
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)
    .join()}}`;
}

/** The class of an operation: see `Model.classify`. */
export function classOf(model: AnyModel, operation: Operation): string {
  if (model.classify) return model.classify(operation);
  const { f, input, output, type } = operation;
  const owner = model.ofProcess ? `${operation.process} ` : '';
  const answer = type === 'ok' ? canonical(output) : type;
  return `${owner}${f} ${canonical(input)} ${answer}`;
}

/** Whether it is certain of this operation of the history that it changes nothing. */
export function isObserver(model: AnyModel, operation: Operation): boolean {
  return operation.type === 'fail' || model.operations[operation.f] === 'observer';
}
