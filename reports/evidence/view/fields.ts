import { formatCount } from '../../../harness/text/numbers.js';
import { shorten } from '../../../harness/text/sentences.js';

/** One named value of evidence that no view knows: a text, or fields of its own. */
export interface Field {
  name: string;
  text: string;
  fields: readonly Field[];
}

const TEXT_LIMIT = 200;
/** What is shorter stands on one line with its names. */
const LINE_LIMIT = 90;
const DEEPEST = 6;
const ITEMS_SHOWN = 20;
/** Of all fields of one piece of evidence together, whatever its shape. */
const FIELDS_SHOWN = 300;

/** How many more fields may be shown. */
interface Allowance {
  left: number;
}

type Entry = readonly [name: string, value: unknown];

/** The fields of a value as a person reads them, without the notation of JSON. */
export function fieldsOf(value: object): Field[] {
  return namedFields(Object.entries(value), { left: FIELDS_SHOWN }, 1);
}

function namedFields(entries: readonly Entry[], allowance: Allowance, depth: number): Field[] {
  const present = entries.filter(([, value]) => value !== undefined);
  const fields: Field[] = [];
  for (const [name, value] of present) {
    if (allowance.left === 0) break;
    allowance.left--;
    fields.push(fieldOf(shorten(name, TEXT_LIMIT), value, allowance, depth));
  }
  const hidden = present.length - fields.length;
  return hidden === 0 ? fields : [...fields, more(hidden)];
}

function fieldOf(name: string, value: unknown, allowance: Allowance, depth: number): Field {
  const line = lineOf(value);
  if (line !== undefined) return { name, text: line, fields: [] };
  if (depth === DEEPEST) return { name, text: '…', fields: [] };
  const entries = isList(value) ? numbered(value) : Object.entries(value as object);
  const shown = isList(value) ? entries.slice(0, ITEMS_SHOWN) : entries;
  const fields = namedFields(shown, allowance, depth + 1);
  const hidden = entries.length - shown.length;
  const text = isList(value) ? `${formatCount(value.length)} of them` : '';
  return { name, text, fields: hidden === 0 ? fields : [...fields, more(hidden)] };
}

function more(hidden: number): Field {
  return { name: `… and ${formatCount(hidden)} more`, text: '', fields: [] };
}

/** The value on one line, where that can be read; undefined where it needs lines of its own. */
function lineOf(value: unknown): string | undefined {
  if (!isNested(value)) return scalar(value);
  const values = Object.values(value).filter((item) => item !== undefined);
  if (values.length === 0) return 'none';
  if (values.some(isNested)) return undefined;
  if (isList(value)) return shorten(value.slice(0, TEXT_LIMIT).map(scalar).join(', '), TEXT_LIMIT);
  const line = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]) => `${name} ${scalar(item)}`)
    .join(', ');
  return line.length <= LINE_LIMIT ? line : undefined;
}

function scalar(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === '' ? '(empty)' : shorten(String(value), TEXT_LIMIT);
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function numbered(values: readonly unknown[]): Entry[] {
  return values.map((value, index) => [String(index + 1), value]);
}
