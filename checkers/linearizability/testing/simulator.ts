import type { Random } from '../../../harness/environment/random.js';
import { MISMATCH } from '../../../harness/history/event.js';
import type { Operation } from '../../../harness/history/operation.js';
import type { JsonObject, JsonValue } from '../../../harness/json.js';

/** What a system answers: an output, or a mismatch, and what it says beside it. */
export interface Reply<State> {
  state: State;
  output?: JsonValue;
  mismatch?: boolean;
  meta?: JsonObject;
}

/** A system without faults, and what may be asked of it: for making histories. */
export interface Simulator<State> {
  initial: State;
  /** What to ask next; `index` is different for each operation, for values that are unique. */
  propose(
    random: Random,
    index: number,
    process: number,
    state: State,
  ): { f: string; input: JsonValue };
  /** Its histories may be wrong without any guess. */
  isCareless?: boolean;
  /** Whether it can be carried out now; where it never can in time, it ends without an answer. */
  isReady?(state: State, f: string, process: number, input: JsonValue): boolean;
  apply(state: State, f: string, input: JsonValue, process: number): Reply<State>;
  /** Any answer that could be given to this, right or wrong. */
  guess(random: Random, f: string, input: JsonValue): Omit<Reply<State>, 'state'>;
}

export type AnySimulator = Simulator<unknown>;

export interface HistoryShape {
  operations: number;
  processes: number;
  /** The chance of an operation to end without an answer. */
  crashRate: number;
  /** The chance of an answer to be a guess. */
  lieRate: number;
}

interface Pending {
  operation: Operation;
  reply: Reply<unknown> | undefined;
}

/**
 * A random history: processes ask, the system carries out at a random moment before it answers, and
 * sometimes lies. Without lies it is linearizable; with some it may be or not.
 */
export function simulateHistory(
  simulator: AnySimulator,
  shape: HistoryShape,
  random: Random,
): Operation[] {
  const operations: Operation[] = [];
  const pending = new Map<number, Pending>();
  const free = Array.from({ length: shape.processes }, (_, i) => i);
  let nextProcess = shape.processes;
  let state = simulator.initial;
  let position = 0;
  const carryOut = (each: Pending): void => {
    const { f, input, process } = each.operation;
    if (simulator.isReady?.(state, f, Number(process), input) === false) return;
    each.reply ??= simulator.apply(state, f, input, Number(process));
    state = each.reply.state;
  };
  while (operations.length < shape.operations || pending.size > 0) {
    const asks = operations.length < shape.operations && free.length > 0;
    if (asks && (pending.size === 0 || random.next() < 0.45)) {
      const process = free.splice(random.integer(free.length), 1)[0];
      const proposal = simulator.propose(random, operations.length, process, state);
      const operation = ask(proposal, process, position++);
      operations.push(operation);
      pending.set(process, { operation, reply: undefined });
      continue;
    }
    const each = random.pick([...pending.values()]);
    if (each.reply === undefined && random.next() < 0.5) {
      carryOut(each);
      continue;
    }
    const process = Number(each.operation.process);
    pending.delete(process);
    if (random.next() < shape.crashRate) {
      if (random.next() < 0.5 && each.reply === undefined) carryOut(each);
      free.push(nextProcess++);
      continue;
    }
    if (each.reply === undefined) carryOut(each);
    const lies = random.next() < shape.lieRate;
    if (each.reply === undefined && !lies) {
      free.push(nextProcess++);
      continue;
    }
    answer(simulator, each, lies ? random : undefined, position++);
    free.push(process);
  }
  return operations;
}

function ask(
  proposal: { f: string; input: JsonValue },
  process: number,
  position: number,
): Operation {
  return {
    process,
    ...proposal,
    type: 'info',
    call: position,
    return: Infinity,
    startTime: position,
    endTime: Infinity,
  };
}

function answer(
  simulator: AnySimulator,
  { operation, reply }: Pending,
  liar: Random | undefined,
  position: number,
): void {
  const said = liar ? simulator.guess(liar, operation.f, operation.input) : reply;
  operation.type = said?.mismatch ? 'fail' : 'ok';
  if (said?.mismatch) operation.error = { code: MISMATCH };
  else operation.output = said?.output ?? null;
  if (said?.meta) operation.meta = said.meta;
  operation.return = position;
  operation.endTime = position;
}
