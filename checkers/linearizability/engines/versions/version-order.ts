import type { Operation } from '../../../../harness/history/operation.js';
import type { JsonValue } from '../../../../harness/json.js';
import { versionedRegister } from '../../../models/versioned-register.js';
import type { Budget } from '../../core/budget.js';
import type { Answer, Engine, Question } from '../../core/engine.js';
import { orderEvents } from '../../core/event-order.js';
import { lineUp, settleMismatches } from '../register/blocks.js';
import { CAS, MISMATCH, NONE, READ, WRITE } from '../register/columns.js';
import { findChain, type VersionChain } from './chain.js';
import {
  NOTHING,
  toVersionedColumns,
  type VersionedColumns,
  type VersionedOperation,
} from './columns.js';

/**
 * A register that tells its versions. They put all changes into the one order that there can be, and every
 * read belongs to one of them; what is left is that nothing returned before something was called that must
 * have come before it. A crashed change has a place in that order where a read saw its version; otherwise an
 * order with it is one without it, but for compare-and-sets that did not match: where one of those finds no
 * place and a crashed change may have made it one, or where a crashed compare-and-set is in the wrong place
 * and another crashed change can have been there, the engine declines.
 */
export const versionOrder: Engine = {
  name: 'version-order',
  description: 'versions put all changes in order, so what remains is decided in n log n',
  serves: (model) => model === versionedRegister,
  check: checkVersions,
};

function checkVersions({ operations }: Question, budget: Budget): Answer {
  const columns = toVersionedColumns(operations, describeVersions, budget);
  if (!columns) {
    return budget.stopped
      ? { verdict: 'unknown', reason: 'memory' }
      : { verdict: 'declined', why: 'positions are too large' };
  }
  const found = findChain(columns, { initialVersion: 0, expectVersions: true });
  if ('sentence' in found) {
    const { sentence, culprits, isCertain } = found;
    return isCertain
      ? { verdict: 'invalid', sentence, culprits: culprits.sort((a, b) => a - b) }
      : { verdict: 'declined', why: 'a version may be that of several crashed changes' };
  }
  return placeMismatches(operations, columns, found);
}

/** Compare-and-sets that did not match were not at the version that they expected. */
function placeMismatches(
  operations: readonly Operation[],
  columns: VersionedColumns,
  { blocks, leftOut }: VersionChain,
): Answer {
  const { kind, expected, values } = columns;
  const isMismatch = (i: number): boolean => kind[i] === MISMATCH;
  const left = kind.includes(MISMATCH)
    ? settleMismatches(blocks, columns, orderEvents(operations), expected, isMismatch)
    : NONE;
  if (left === NONE) return { verdict: 'valid', linearization: () => lineUp(blocks) };
  if (leftOut > 0)
    return { verdict: 'declined', why: 'a crashed change may explain a failed compare-and-set' };
  const version = String(values.valueOf(expected[left]));
  const sentence = `a compare-and-set did not find version ${version}, which was there all the time`;
  return { verdict: 'invalid', sentence };
}

function describeVersions({ f, type, input, output }: Operation): VersionedOperation {
  if (f === 'read') {
    if (type !== 'ok') return { kind: NOTHING };
    const [value, version] = output as JsonValue[];
    return { kind: READ, value, version: version as number };
  }
  const version = type === 'ok' ? (output as number) : undefined;
  if (f === 'write') return { kind: WRITE, value: input, version };
  const [expected, value] = input as JsonValue[];
  return type === 'fail' ? { kind: MISMATCH, expected } : { kind: CAS, value, version, expected };
}
