import type { Random } from '../harness/environment/random.js';
import type { Operation } from '../harness/history/operation.js';
import type { JsonValue } from '../harness/json.js';

/** What a made history of registers looks like. */
export interface HistoryRecipe {
  operations: number;
  clients: number;
  /** The chance of an operation to end without an answer. */
  crashRate: number;
  /** Each written value is new, or drawn from this many. */
  domain: 'unique' | number;
  /** The share of compare-and-sets; reads and writes share the rest. */
  casRate: number;
  /** How many keys the operations are spread over; without keys where it is 1. */
  keys: number;
  /**
   * From where on a read answers with an overwritten value, as the share of the history before it: the first
   * read of the first register that was called after an acknowledged write of a value was followed by another
   * acknowledged write. Where values are unique that is a violation whatever else happened.
   */
  staleReadAt?: number;
}

interface Client {
  process: number;
  operation: Operation | undefined;
  done: boolean;
}

/**
 * A linearizable history of registers, but for the one stale read that may be asked for: clients ask and
 * are answered at random moments, and each operation takes effect at a random moment in between.
 */
export function generateHistory(recipe: HistoryRecipe, random: Random): Operation[] {
  const registers: JsonValue[] = new Array<JsonValue>(recipe.keys).fill(null);
  const clients: Client[] = Array.from({ length: recipe.clients }, (_, process) => ({
    process,
    operation: undefined,
    done: false,
  }));
  const operations: Operation[] = [];
  let nextProcess = recipe.clients;
  let position = 0;
  let running = 0;
  const stale = new StaleValue();
  const staleAt = (recipe.staleReadAt ?? Infinity) * recipe.operations;
  let isStaleLeft = recipe.staleReadAt !== undefined;
  while (operations.length < recipe.operations || running > 0) {
    const client = clients[random.integer(recipe.clients)];
    if (client.operation === undefined) {
      if (operations.length >= recipe.operations) continue;
      client.operation = propose(recipe, random, client.process, operations.length, position++);
      client.done = false;
      operations.push(client.operation);
      running++;
      continue;
    }
    const operation = client.operation;
    if (!client.done) {
      client.done = true;
      const register = Number(operation.key ?? 0);
      registers[register] = apply(operation, registers[register]);
      continue;
    }
    client.operation = undefined;
    running--;
    if (random.next() < recipe.crashRate) {
      operation.type = 'info';
      client.process = nextProcess++;
      continue;
    }
    operation.type = operation.error ? 'fail' : 'ok';
    operation.return = position++;
    operation.endTime = operation.return * 1000;
    if (!isStaleLeft || (operation.key ?? '0') !== '0') continue;
    if (operation.f !== 'read') stale.note(operation);
    else if (operations.length >= staleAt && operation.call > stale.since) {
      operation.output = stale.value;
      isStaleLeft = false;
    }
  }
  if (isStaleLeft) throw new RangeError('the history is too short for a stale read');
  return operations;
}

/** A value of which every read that is called after `since` is stale, as acknowledged changes show. */
class StaleValue {
  value: JsonValue = null;
  since = Infinity;
  private first: Operation | undefined;

  /** Takes the next change that was answered. */
  note(change: Operation): void {
    if (change.type !== 'ok' || this.since < Infinity) return;
    if (this.first === undefined) this.first = change;
    else if (change.call > this.first.return) {
      const { f, input } = this.first;
      this.value = f === 'cas' ? (input as JsonValue[])[1] : input;
      this.since = change.return;
    }
  }
}

function propose(
  recipe: HistoryRecipe,
  random: Random,
  process: number,
  index: number,
  call: number,
): Operation {
  const fresh = recipe.domain === 'unique' ? index + 1 : 1 + random.integer(recipe.domain);
  const dice = random.next();
  const f = dice < recipe.casRate ? 'cas' : dice < (1 + recipe.casRate) / 2 ? 'read' : 'write';
  const known =
    recipe.domain === 'unique'
      ? Math.max(0, index - random.integer(2 * recipe.clients))
      : 1 + random.integer(recipe.domain);
  const operation: Operation = {
    process,
    f,
    key: recipe.keys > 1 ? String(random.integer(recipe.keys)) : undefined,
    input: f === 'read' ? null : f === 'write' ? fresh : [known, fresh],
    output: undefined,
    type: 'info',
    call,
    return: Infinity,
    startTime: call * 1000,
    endTime: Infinity,
    node: undefined,
    error: undefined,
  };
  return operation;
}

function apply(operation: Operation, value: JsonValue): JsonValue {
  if (operation.f === 'read') {
    operation.output = value;
    return value;
  }
  if (operation.f === 'write') return operation.input;
  const [from, to] = operation.input as JsonValue[];
  if (from === value) return to;
  operation.error = { code: 'mismatch' };
  return value;
}
