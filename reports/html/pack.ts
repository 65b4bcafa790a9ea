import { gzipSync } from 'node:zlib';
import {
  NO_KEY,
  NO_NODE,
  PACKED_COLUMNS,
  packLatency,
  type PackedColumn,
  type PackedOperations,
} from '../data/packed-operations.js';
import { lastTimeOf } from '../data/figures.js';
import type { OperationColumns } from '../data/report-data.js';

/**
 * Packs the operations for the page. One that never ended is given the time until the last thing that
 * was seen. Invocations must be in order, as they are in a history; of functions only 256 are told apart.
 */
export function packOperations(columns: OperationColumns): PackedOperations {
  const count = columns.f.length;
  const lastTime = lastTimeOf(columns);
  const timeUnit = Math.max(1000, Math.ceil(lastTime / 0xffffffff));
  const values = columnValues(columns, lastTime, timeUnit);
  const bytes = PACKED_COLUMNS.reduce((sum, [, width]) => sum + width * count, 0);
  const buffer = Buffer.alloc(bytes);
  let offset = 0;
  for (const [name, width] of PACKED_COLUMNS) {
    const value = values[name];
    for (let i = 0; i < count; i++, offset += width) buffer.writeUIntLE(value(i), offset, width);
  }
  return {
    count,
    functions: columns.functions.slice(0, 0x100),
    nodeNames: columns.nodeNames.slice(0, NO_NODE),
    keyNames: columns.keyNames.slice(0, NO_KEY),
    timeUnit,
    data: gzipSync(buffer, { level: 6 }).toString('base64'),
  };
}

function columnValues(
  columns: OperationColumns,
  lastTime: number,
  timeUnit: number,
): Record<PackedColumn, (i: number) => number> {
  const units = (i: number): number => Math.floor(columns.startTime[i] / timeUnit);
  const orNone = (position: number, none: number): number =>
    position < 0 ? none : Math.min(position, none);
  return {
    gap: (i) => units(i) - (i > 0 ? units(i - 1) : 0),
    process: (i) => columns.process[i],
    latency: (i) => packLatency((columns.endTime[i] ?? lastTime) - columns.startTime[i]),
    key: (i) => orNone(columns.key[i], NO_KEY),
    type: (i) => columns.type[i],
    f: (i) => Math.min(columns.f[i], 0xff),
    node: (i) => orNone(columns.node[i], NO_NODE),
  };
}
