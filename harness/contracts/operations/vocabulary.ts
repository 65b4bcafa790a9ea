import { prettifyError } from 'zod';

import type { JsonValue } from '../../json.js';
import type { OperationFamily, OperationShape } from './family.js';

/** What is known of the operations of some families, by `f`. */
export interface Vocabulary {
  readonly names: readonly string[];
  /** Undefined for an operation of none of the families. */
  shapeOf(f: string): OperationShape | undefined;
  /** Whether an operation may change what others see; of one that nobody knows that must be assumed. */
  hasEffects(f: string): boolean;
}

/** Two families that are needed together mean different things by one name. */
class AmbiguousOperationError extends Error {
  override readonly name = 'AmbiguousOperationError';

  constructor(f: string, one: string, other: string) {
    super(`the operation "${f}" is one thing in ${one} and another in ${other}`);
  }
}

/** The operations of these families together; throws where two of them have different ones of one name. */
export function vocabularyOf(families: readonly OperationFamily[]): Vocabulary {
  const shapes = new Map<string, { family: string; shape: OperationShape }>();
  for (const { name: family, operations } of families) {
    for (const [f, shape] of Object.entries(operations)) {
      const known = shapes.get(f);
      if (known !== undefined && known.family !== family) {
        throw new AmbiguousOperationError(f, known.family, family);
      }
      shapes.set(f, { family, shape });
    }
  }
  return {
    names: [...shapes.keys()],
    shapeOf: (f) => shapes.get(f)?.shape,
    hasEffects: (f) => shapes.get(f)?.shape.hasEffects ?? true,
  };
}

/** What is wrong with what an operation was given, as a sentence; undefined where nothing is. */
export function complaintAbout(
  f: string,
  { hasKey, value: shape }: OperationShape,
  { key, value }: { key?: string; value?: JsonValue },
): string | undefined {
  if (hasKey && key === undefined) return `"${f}" needs a key`;
  const parsed = shape.safeParse(value);
  return parsed.success ? undefined : `"${f}" cannot be given ${shown(value)}: ${whyNot(parsed)}`;
}

/** What is wrong with the answer to an operation, as a sentence; undefined where nothing is. */
export function complaintAboutAnswer(
  f: string,
  { answer: shape }: OperationShape,
  answer: JsonValue | undefined,
): string | undefined {
  const parsed = shape.safeParse(answer);
  return parsed.success ? undefined : `"${f}" cannot answer ${shown(answer)}: ${whyNot(parsed)}`;
}

function whyNot({ error }: { error: Parameters<typeof prettifyError>[0] }): string {
  return prettifyError(error).replaceAll(/\s*\n\s*/g, ' ');
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
