import { ClientError, type Invocation } from '../../harness/contracts/client.js';
import type {
  OperationFamily,
  OperationName,
  ValueOf,
} from '../../harness/contracts/operations/family.js';
import { complaintAbout, vocabularyOf } from '../../harness/contracts/operations/vocabulary.js';

/** What is asked for, with a value of the shape that its family says; `key` is empty where there is none. */
export type Decoded<Family extends OperationFamily> = {
  [F in OperationName<Family>]: { f: F; key: string; value: ValueOf<Family, F> };
}[OperationName<Family>];

/**
 * Reads invocations of these families; throws a `ClientError` with the code `bad-request` for any other operation, and
 * for a key or a value that the operation cannot have.
 */
export function createDecoder<const Family extends OperationFamily>(
  families: readonly Family[],
): (invocation: Invocation) => Decoded<Family> {
  const { names, shapeOf } = vocabularyOf(families);
  return ({ f, key, value }) => {
    const shape = shapeOf(f);
    if (shape === undefined) {
      throw new ClientError('bad-request', `no operation "${f}"; there are ${names.join(', ')}`);
    }
    const complaint = complaintAbout(f, shape, { key, value });
    if (complaint !== undefined) throw new ClientError('bad-request', complaint);
    return { f, key: key ?? '', value: shape.value.parse(value) } as Decoded<Family>;
  };
}
