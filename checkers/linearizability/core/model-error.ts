import type { Operation } from '../../../harness/history/operation.js';
import { describeOperation, type AnyModel } from '../../models/model.js';

/** A model threw: a mistake in the model, not in the history. */
export class ModelError extends Error {
  override readonly name = 'ModelError';

  /** @param state where it was asked about one */
  constructor(model: AnyModel, operation: Operation, cause: unknown, state?: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const what = safely(() => describeOperation(model, operation)) ?? operation.f;
    const where =
      state === undefined
        ? ''
        : ` in the state ${safely(() => model.describe(state)) ?? 'that it cannot describe'}`;
    super(
      `the model ${model.name} failed on ${what} (event ${operation.call})${where}: ${reason}`,
      {
        cause,
      },
    );
  }
}

function safely(describe: () => string): string | undefined {
  try {
    return describe();
  } catch {
    return undefined;
  }
}

/** Asks a model about an operation; what it throws says which. */
export function hooked<T>(
  model: AnyModel,
  operation: Operation,
  ask: (model: AnyModel, operation: Operation) => T,
): T {
  try {
    return ask(model, operation);
  } catch (error) {
    throw new ModelError(model, operation, error);
  }
}
