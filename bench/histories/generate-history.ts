import type { Random } from '../../harness/environment/random.js';
import type { Operation } from '../../harness/history/operation.js';
import type { JsonValue } from '../../harness/json.js';

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
  return new HistoryMaker(recipe, random).make();
}

class HistoryMaker {
  private readonly operations: Operation[] = [];
  private readonly registers: JsonValue[];
  private readonly clients: readonly Client[];
  private readonly stale = new StaleValue();
  private isStaleLeft: boolean;
  private nextProcess: number;
  private position = 0;
  private running = 0;

  constructor(
    private readonly recipe: HistoryRecipe,
    private readonly random: Random,
  ) {
    this.registers = new Array<JsonValue>(recipe.keys).fill(null);
    this.clients = Array.from({ length: recipe.clients }, (_, process) => {
      return { process, operation: undefined, done: false };
    });
    this.nextProcess = recipe.clients;
    this.isStaleLeft = recipe.staleReadAt !== undefined;
  }

  make(): Operation[] {
    const { recipe, random, operations } = this;
    while (operations.length < recipe.operations || this.running > 0) {
      const client = this.clients[random.integer(recipe.clients)];
      if (client.operation === undefined) this.invoke(client);
      else if (!client.done) this.takeEffect(client, client.operation);
      else this.complete(client, client.operation);
    }
    if (this.isStaleLeft) throw new RangeError('the history is too short for a stale read');
    return operations;
  }

  private invoke(client: Client): void {
    const { recipe, random, operations } = this;
    if (operations.length >= recipe.operations) return;
    client.operation = propose(recipe, random, client.process, operations.length, this.position++);
    client.done = false;
    operations.push(client.operation);
    this.running++;
  }

  private takeEffect(client: Client, operation: Operation): void {
    client.done = true;
    const register = Number(operation.key ?? 0);
    this.registers[register] = apply(operation, this.registers[register]);
  }

  private complete(client: Client, operation: Operation): void {
    client.operation = undefined;
    this.running--;
    if (this.random.next() < this.recipe.crashRate) {
      operation.type = 'info';
      client.process = this.nextProcess++;
      return;
    }
    operation.type = operation.error ? 'fail' : 'ok';
    operation.return = this.position++;
    operation.endTime = operation.return * 1000;
    if (this.isStaleLeft && (operation.key ?? '0') === '0') this.makeStale(operation);
  }

  /** The first read for which there is a stale value answers with it. */
  private makeStale(operation: Operation): void {
    const staleAt = (this.recipe.staleReadAt ?? Infinity) * this.recipe.operations;
    if (operation.f !== 'read') this.stale.note(operation);
    else if (this.operations.length >= staleAt && operation.call > this.stale.since) {
      operation.output = this.stale.value;
      this.isStaleLeft = false;
    }
  }
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
  const share = random.next();
  const f = share < recipe.casRate ? 'cas' : share < (1 + recipe.casRate) / 2 ? 'read' : 'write';
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
