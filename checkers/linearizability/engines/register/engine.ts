import { casRegister, register } from '../../../models/register.js';
import type { AnyModel } from '../../../models/model.js';
import type { Budget } from '../../core/budget.js';
import type { Answer, Engine, Question } from '../../core/engine.js';
import { lastPosition, orderEvents } from '../../core/event-order.js';
import { findNodes, type Conflict, type Nodes } from './chains.js';
import { lineUp, settleMismatches, type Blocks } from './blocks.js';
import { orderLate } from './late-order.js';
import { MISMATCH, NONE, toColumns, type RegisterColumns } from './columns.js';
import { toBlocks } from './witness.js';
import { findZones, orderZones, sortByStart } from './zones.js';

const SERVED: readonly AnyModel[] = [register, casRegister];

/**
 * Zones after Gibbons and Korach, over chains of compare-and-sets. It needs every value that was seen to
 * have been written once: then it is known what each operation saw, and what is left are intervals, in
 * linear time. A compare-and-set that saw another value is left out first: an order that does not exist
 * without it does not exist with it. Then those are put into an order that leaves room for them, see
 * `orderLate`; where they do not all fit there, another order might do, and the engine declines.
 */
export const zones: Engine = {
  name: 'zones',
  description: 'every value that was seen was written once, so zones decide in linear time',
  serves: (model) => SERVED.includes(model),
  check: checkZones,
};

/** For the order that leaves room, and for placing what goes there: a guess. */
const BYTES_PER_PLACE = 64;
const OUT_OF_MEMORY: Answer = { verdict: 'unknown', reason: 'memory' };

function checkZones({ operations }: Question, budget: Budget): Answer {
  const columns = toColumns(operations, budget);
  if (!columns)
    return budget.stopped ? OUT_OF_MEMORY : { verdict: 'declined', why: 'positions are too large' };
  const found = findNodes(columns, budget);
  if ('outOfMemory' in found) return OUT_OF_MEMORY;
  if ('declined' in found) return { verdict: 'declined', why: found.declined };
  if ('conflict' in found) return invalid(found.conflict);
  const { nodes } = found;
  const walked = findZones(columns, nodes, budget);
  if (!walked) return OUT_OF_MEMORY;
  if ('conflict' in walked) return invalid(closed(columns, nodes, walked.conflict));
  const byStart = sortByStart(walked.zones, lastPosition(operations), budget);
  if (!byStart) return OUT_OF_MEMORY;
  budget.work(operations.length);
  const ordered = orderZones(columns, nodes, walked.zones, byStart);
  if ('conflict' in ordered) return invalid(closed(columns, nodes, ordered.conflict));
  const inOrder = (order: Int32Array): Blocks => toBlocks(columns, nodes, walked.zones, order);
  const { kind, saw } = columns;
  if (!kind.includes(MISMATCH))
    return { verdict: 'valid', linearization: () => lineUp(inOrder(ordered.order)) };
  if (!budget.allocate(BYTES_PER_PLACE * operations.length)) return OUT_OF_MEMORY;
  budget.work(operations.length);
  const events = orderEvents(operations);
  const blocks = inOrder(orderLate(columns, nodes, walked.zones, byStart, events));
  budget.work(operations.length);
  const isMismatch = (i: number): boolean => kind[i] === MISMATCH;
  return settleMismatches(blocks, columns, events, saw, isMismatch) === NONE
    ? { verdict: 'valid', linearization: () => lineUp(blocks) }
    : { verdict: 'declined', why: 'a failed compare-and-set does not fit into the order of zones' };
}

/** A conflict with the writers of everything that its operations saw, so that it fails by itself. */
function closed(columns: RegisterColumns, nodes: Nodes, conflict: Conflict): Conflict {
  const culprits = new Set(conflict.culprits);
  for (const culprit of culprits) {
    // A Set is walked in the order of insertion, so what is added here is looked at too.
    const writer = columns.saw[culprit] === NONE ? NONE : nodes.writer[columns.saw[culprit]];
    if (writer !== NONE) culprits.add(writer);
  }
  return { ...conflict, culprits: [...culprits].sort((a, b) => a - b) };
}

function invalid({ sentence, culprits }: Conflict): Answer {
  return { verdict: 'invalid', sentence, culprits };
}
