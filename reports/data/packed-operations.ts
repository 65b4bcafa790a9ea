/**
 * Operations as the page carries them: each column a typed array, all of them one after the other,
 * compressed and in base64. About nine bytes an operation, where JSON takes sixty.
 */
export interface PackedOperations {
  count: number;
  functions: readonly string[];
  nodeNames: readonly string[];
  keyNames: readonly string[];
  /** Invocations are counted in this unit, in nanoseconds. */
  timeUnit: number;
  /** Base64 of gzip of the columns in `PACKED_COLUMNS`, in that order, little-endian. */
  data: string;
}

/** The columns and their widths. `gap` is the time since the invocation before. */
export const PACKED_COLUMNS = [
  ['gap', 4],
  ['process', 4],
  ['latency', 2],
  ['key', 2],
  ['type', 1],
  ['f', 1],
  ['node', 1],
] as const satisfies readonly (readonly [string, 1 | 2 | 4])[];

export type PackedColumn = (typeof PACKED_COLUMNS)[number][0];

/** What stands for "none" in `key` and `node`, and for "any other" where a dictionary is too long. */
export const NO_KEY = 0xffff;
export const NO_NODE = 0xff;

/** A latency is kept as its logarithm: 16 bits reach from 1 µs to 5 minutes with 0.03 % of error. */
const LOG_STEP = 0.0003;

export function packLatency(nanoseconds: number): number {
  const steps = Math.round(Math.log(Math.max(1, nanoseconds / 1e3)) / LOG_STEP);
  return Math.min(0xffff, steps);
}

/** The latency in nanoseconds that `packLatency` was given, nearly. */
export function unpackLatency(packed: number): number {
  return 1e3 * Math.exp(packed * LOG_STEP);
}
