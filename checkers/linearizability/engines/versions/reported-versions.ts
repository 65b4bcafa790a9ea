import type { Operation } from '../../../../harness/history/operation.js';
import type { JsonValue } from '../../../../harness/json.js';
import type { AnyModel } from '../../../models/model.js';
import { casRegister, register } from '../../../models/register.js';
import type { Budget } from '../../core/budget.js';
import type { Answer, Engine, Question } from '../../core/engine.js';
import { orderEvents } from '../../core/event-order.js';
import { lineUp, settleMismatches } from '../register/blocks.js';
import { CAS, MISMATCH, NONE, READ, WRITE } from '../register/columns.js';
import { findChain } from './chain.js';
import { toVersionedColumns, type VersionedOperation } from './columns.js';

const SERVED: readonly AnyModel[] = [register, casRegister];

/**
 * A register whose system reported versions beside its values (`meta.version`), though nothing was promised
 * about them. They are a hint: the order of versions is tried, and where it explains all values it is a
 * linearization, however often values repeat. Where it does not, another order may, and the engine
 * declines.
 */
export const reportedVersions: Engine = {
  name: 'reported-versions',
  description: 'the versions that the system reported name an order, and it explains every answer',
  serves: (model) => SERVED.includes(model),
  check: checkReported,
};

/** What a register starts with is older than every version. */
const BEFORE_ALL = -1;

function checkReported({ operations }: Question, budget: Budget): Answer {
  if (!operations.every(isReported))
    return { verdict: 'declined', why: 'not every answer came with a version' };
  const columns = toVersionedColumns(operations, describeReported, budget);
  if (!columns) {
    return budget.stopped
      ? { verdict: 'unknown', reason: 'memory' }
      : { verdict: 'declined', why: 'positions are too large' };
  }
  const chain = findChain(columns, { initialVersion: BEFORE_ALL, expectVersions: false });
  if ('sentence' in chain) return { verdict: 'declined', why: `by versions, ${chain.sentence}` };
  const { blocks } = chain;
  const { kind, expected } = columns;
  const isMismatch = (i: number): boolean => kind[i] === MISMATCH;
  const left = kind.includes(MISMATCH)
    ? settleMismatches(blocks, columns, orderEvents(operations), expected, isMismatch)
    : NONE;
  return left === NONE
    ? { verdict: 'valid', linearization: () => lineUp(blocks) }
    : {
        verdict: 'declined',
        why: 'a failed compare-and-set does not fit into the order of versions',
      };
}

/** A register that nothing was written to may have no version. */
function isReported({ type, f, output, meta }: Operation): boolean {
  if (type !== 'ok' || typeof meta?.version === 'number') return true;
  return f === 'read' && (output ?? null) === null;
}

function describeReported({ f, type, input, output, meta }: Operation): VersionedOperation {
  const version = type === 'ok' ? (meta?.version as number | undefined) : undefined;
  if (f === 'read') {
    const value = output ?? null;
    // Some systems say 0 of what is not there, others say nothing.
    const isInitial = value === null && (version ?? 0) === 0;
    return { kind: READ, value, version: isInitial ? BEFORE_ALL : version };
  }
  if (f === 'write') return { kind: WRITE, value: input, version };
  const [expected, value] = input as JsonValue[];
  return type === 'fail' ? { kind: MISMATCH, expected } : { kind: CAS, value, version, expected };
}
