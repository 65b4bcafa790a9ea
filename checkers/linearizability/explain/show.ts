import type { Operation } from '../../../harness/history/operation.js';
import { describeOperation, type AnyModel } from '../../models/model.js';
import type { EvidenceOperation } from '../core/evidence.js';

/** An operation as evidence shows it. */
export function showOperation(model: AnyModel, operation: Operation): EvidenceOperation {
  const { process, f, input, output, type, call, startTime, endTime } = operation;
  return {
    id: call,
    process,
    node: operation.node ?? null,
    f,
    input,
    output: output ?? null,
    type,
    call,
    return: operation.return === Infinity ? null : operation.return,
    startTime,
    endTime: endTime === Infinity ? null : endTime,
    text: describeOperation(model, operation),
  };
}
