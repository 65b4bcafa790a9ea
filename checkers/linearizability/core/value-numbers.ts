import type { JsonValue } from '../../../harness/json.js';
import { canonical } from '../../models/model.js';

/** The number of nil. */
export const NIL = 0;

/** Numbers values from 1 as they come; nil is 0. Small whole numbers go through a table, the rest through a Map. */
export class ValueNumbers {
  count = 1;
  private readonly table: Int32Array;
  private readonly others = new Map<JsonValue, number>([[null, NIL]]);
  private readonly values: JsonValue[] = [null];

  /** @param expected how many values there may be */
  constructor(expected: number) {
    this.table = new Int32Array(2 * expected + 1024);
  }

  numberOf(value: JsonValue): number {
    if (
      typeof value === 'number' &&
      value >= 0 &&
      value < this.table.length &&
      (value | 0) === value
    ) {
      const known = this.table[value];
      return known !== 0 ? known : (this.table[value] = this.add(value));
    }
    const name = nameOf(value);
    const known = this.others.get(name);
    if (known !== undefined) return known;
    const id = this.add(value);
    this.others.set(name, id);
    return id;
  }

  valueOf(id: number): JsonValue {
    return this.values[id];
  }

  private add(value: JsonValue): number {
    this.values.push(value);
    return this.count++;
  }
}

/** The same only for equal values: what is not named by itself has a name that no string has. */
function nameOf(value: JsonValue): JsonValue {
  const isOwnName = typeof value === 'string' ? value[0] !== '\u0000' : typeof value !== 'object';
  return isOwnName || value === null ? value : `\u0000${canonical(value)}`;
}
