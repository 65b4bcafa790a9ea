import type { Operation } from '../../harness/history/operation.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { canonical, showValue, type Model } from './model.js';

/** A micro-operation: ['r', key, value] or ['w', key, value]. */
type Micro = [string, string | number, JsonValue];

/**
 * Several registers under names, read and written together: `txn [[r key nil] [w key v] …]` answers the same
 * list with the values that were read. All start as nil.
 */
export const multiRegister: Model<JsonObject> = {
  name: 'multi-register',
  description:
    'txn [["r", k, nil], ["w", k, v], …] → the same with what was read; all start as nil',
  operations: { txn: 'update' },
  initial: {},
  step: stepMulti,
  stateKey: canonical,
  describe: showValue,
  complaint: ({ input, output, type }) =>
    complain(input) ?? (type === 'ok' ? complain(output) : undefined),
};

function stepMulti(state: JsonObject, { input, output, type }: Operation): readonly JsonObject[] {
  const next: JsonObject = { ...state };
  for (const [f, key, value] of (type === 'ok' ? output : input) as Micro[]) {
    if (f === 'w') next[key] = value;
    else if (type === 'ok' && canonical(next[key] ?? null) !== canonical(value)) return [];
  }
  return [next];
}

function complain(value: JsonValue | undefined): string | undefined {
  const isMicro = (micro: JsonValue): boolean =>
    Array.isArray(micro) && micro.length === 3 && (micro[0] === 'r' || micro[0] === 'w');
  if (Array.isArray(value) && value.every(isMicro)) return undefined;
  return `txn takes and answers [["r", key, nil], ["w", key, value], …], not ${showValue(value)}`;
}
