import type { z } from 'zod';

import type { JsonValue } from '../../json.js';

/** One thing that a client can be asked to do: the shape of what it is given, and of what it answers. */
export interface OperationShape<
  Value extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  /** What it does, as the rest of a sentence that begins with its name. */
  description: string;
  /** Whether it is about one key, and needs one. */
  hasKey: boolean;
  value: Value;
  /** The value of an `ok`. */
  answer: Answer;
  /** Whether it may change what others see. One without effects that ends in an error has failed, and nothing is lost. */
  hasEffects: boolean;
  /** What it leaves under its key where it takes effect; undefined or null where that is no value of anybody's. */
  writes?(value: JsonValue): JsonValue | undefined;
  /** What one that succeeded has seen under its key. */
  sees?(value: JsonValue, answer: JsonValue | undefined): readonly JsonValue[];
  /**
   * Whether it compares before it does anything: one that failed with the code `mismatch`, or in Jepsen's logs with no
   * code at all, has seen something else, which is no error.
   */
  compares?: true;
}

/** Operations that belong together: who serves one of them serves them all. */
export interface OperationFamily<
  Name extends string = string,
  Operations extends Readonly<Record<string, OperationShape>> = Readonly<
    Record<string, OperationShape>
  >,
> {
  name: Name;
  description: string;
  /** By `f`, as it stands in a history. */
  operations: Operations;
}

/** A family of operations, with the types of their values and answers. */
export function defineOperations<
  const Name extends string,
  const Operations extends Readonly<Record<string, OperationShape>>,
>(family: OperationFamily<Name, Operations>): OperationFamily<Name, Operations> {
  return family;
}

/** The `f`s of a family, or of any of several. */
export type OperationName<Family extends OperationFamily> = Family extends OperationFamily
  ? keyof Family['operations'] & string
  : never;

type ShapeOf<Family extends OperationFamily, F extends string> = Family extends OperationFamily
  ? F extends keyof Family['operations']
    ? Family['operations'][F]
    : never
  : never;

/** What the operation `F` of these families is given. */
export type ValueOf<Family extends OperationFamily, F extends string> = z.output<
  ShapeOf<Family, F>['value']
>;

/** What the operation `F` of these families answers. */
export type AnswerOf<Family extends OperationFamily, F extends string> = z.output<
  ShapeOf<Family, F>['answer']
>;
