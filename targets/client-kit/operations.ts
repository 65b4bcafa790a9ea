import { ClientError } from '../../harness/contracts/client.js';
import type { Client, Completion, ErrorTable } from '../../harness/contracts/client.js';
import type {
  AnswerOf,
  OperationFamily,
  OperationName,
  ValueOf,
} from '../../harness/contracts/operations/family.js';
import type { Clock } from '../../harness/environment/environment.js';
import { type Budget, CONNECT_SHARE, startBudget, within } from '../../harness/network/budget.js';
import { TIMEOUT } from '../../harness/history/event.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { createDecoder } from './decoding.js';

/** How an operation ended, with an answer as its family says that it is. */
export interface Answered<Answer> extends Completion {
  value?: Answer & Completion['value'];
}

/** One thing that a client can be asked to do over a connection of type `C`. */
export type Operation<C, Value = unknown, Answer = unknown> = (
  connection: C,
  call: { key: string; value: Value },
  budget: Budget,
) => Promise<Answered<Answer>>;

/**
 * What a client does over a connection for each operation of the families that it serves, by `f`. A key's value is any
 * JSON but `null`, which stands for "no such key"; `meta.version` of a result is what `cas-version` compares with.
 */
export type Operations<Family extends OperationFamily, C> = {
  readonly [F in OperationName<Family>]: Operation<C, ValueOf<Family, F>, AnswerOf<Family, F>>;
};

/** Rows that every target's client shares: they are found before anything is sent. */
export const LOCAL_ERRORS = {
  refused: { definite: true, reason: 'no connection to the node existed, so nothing was sent' },
  'connect-timeout': {
    definite: true,
    reason: 'the connection was not up before the time was over, so nothing was sent',
  },
  closed: { definite: true, reason: 'the client had been closed, so nothing was sent' },
  'bad-request': { definite: true, reason: 'the client itself refused to send it' },
  conflict: {
    definite: true,
    reason: 'the system refused the conditional write because the version had changed in between',
  },
  held: { definite: true, reason: 'the lock had another holder, and nobody waits for it' },
  'not-held': { definite: true, reason: 'this client held no lock of this name to give back' },
  mismatch: {
    definite: true,
    reason: 'the system compared, found another value and wrote nothing',
  },
  reset: { definite: false, reason: 'the connection broke after the request was sent' },
  [TIMEOUT]: { definite: false, reason: 'sent and not answered: it may still take effect' },
} as const satisfies ErrorTable;

/** A client that does what `operations` lists for these families, each within its time. */
export function createOperationsClient<
  const Family extends OperationFamily,
  C extends { close(): Promise<void> },
>(
  connection: C,
  families: readonly Family[],
  operations: Operations<Family, C>,
  clock: Clock,
): Client {
  const decode = createDecoder(families);
  const byName: Readonly<Record<string, Operation<C, never>>> = operations;
  let closed = false;
  return {
    invoke: async (invocation, timeoutMs) => {
      if (closed) throw new ClientError('closed', 'the client was closed');
      const { f, key, value } = decode(invocation);
      const budget = startBudget(clock, timeoutMs);
      return within(clock, budget, byName[f](connection, { key, value: value as never }, budget));
    },
    close: async () => {
      closed = true;
      await connection.close();
    },
  };
}

/** A compare-and-set that saw another value. */
export function mismatch(message: string, meta?: JsonObject): Completion {
  return { type: 'fail', error: { code: 'mismatch', message }, ...(meta && { meta }) };
}

/** How long a watch may go on, held to its budget. */
export function watchMs(forMs: number | undefined, budget: Budget): number {
  return Math.min(forMs ?? budget.timeoutMs / 2, budget.remainingMs() * CONNECT_SHARE);
}

/**
 * Values are kept as JSON, so that what comes back is what was written, types included. Equal values have
 * equal bytes, whatever the order of an object's fields: systems compare bytes.
 */
export function encodeValue(value: JsonValue): Buffer {
  return Buffer.from(JSON.stringify(value, sortFields));
}

function sortFields(_name: string, value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields);
}

/** What `encodeValue` wrote; bytes that are no JSON come back as the text that they are. */
export function decodeValue(bytes: Uint8Array): JsonValue {
  const text = Buffer.from(bytes).toString();
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** Throws a sentence with the valid names unless `value` is one of them. */
export function requireOneOf(what: string, value: string, valid: readonly string[]): void {
  if (!valid.includes(value)) {
    throw new RangeError(`unknown ${what} "${value}"; there are ${valid.join(', ')}`);
  }
}
