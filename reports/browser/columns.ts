import {
  NO_KEY,
  NO_NODE,
  PACKED_COLUMNS,
  unpackLatency,
  type PackedColumn,
  type PackedOperations,
} from '../data/packed-operations.js';

/** The operations as the charts read them, by invocation. */
export interface Columns {
  count: number;
  /** Seconds since the run began. */
  start: Float64Array;
  /** Milliseconds. */
  latency: Float64Array;
  type: Uint8Array;
  f: Uint8Array;
  process: Uint32Array;
  /** A line that says which operation this is. */
  describe(i: number): string;
}

/** Undoes `packOperations`. */
export async function unpackOperations(packed: PackedOperations): Promise<Columns> {
  const arrays = split(await inflate(packed.data), packed.count);
  const start = new Float64Array(packed.count);
  const latency = new Float64Array(packed.count);
  let units = 0;
  for (let i = 0; i < packed.count; i++) {
    units += arrays.gap[i];
    start[i] = (units * packed.timeUnit) / 1e9;
    latency[i] = unpackLatency(arrays.latency[i]) / 1e6;
  }
  const { key, node, f, process } = arrays;
  return {
    count: packed.count,
    start,
    latency,
    type: arrays.type as Uint8Array,
    f: f as Uint8Array,
    process: process as Uint32Array,
    describe: (i) =>
      [
        packed.functions[f[i]],
        key[i] === NO_KEY ? '' : packed.keyNames[key[i]],
        `by process ${String(process[i])}`,
        node[i] === NO_NODE ? '' : `on ${packed.nodeNames[node[i]]}`,
      ]
        .filter(Boolean)
        .join(' '),
  };
}

async function inflate(base64: string): Promise<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return await new Response(stream).arrayBuffer();
}

const ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };

/** Wide columns come first, so every array is aligned. */
function split(
  buffer: ArrayBuffer,
  count: number,
): Record<PackedColumn, Uint8Array | Uint16Array | Uint32Array> {
  let offset = 0;
  const entries = PACKED_COLUMNS.map(([name, width]) => {
    const array = new ARRAYS[width](buffer, offset, count);
    offset += width * count;
    return [name, array] as const;
  });
  return Object.fromEntries(entries) as Record<PackedColumn, Uint8Array>;
}
