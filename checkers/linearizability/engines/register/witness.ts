import type { Blocks } from './blocks.js';
import type { Nodes } from './chains.js';
import { NIL } from '../../core/value-numbers.js';
import { NONE, READ, type RegisterColumns } from './columns.js';
import type { Zones } from './zones.js';

/** The operations of the chains as blocks: chain by chain, each value with its writer and its reads. */
export function toBlocks(
  { count, kind, saw, left }: RegisterColumns,
  nodes: Nodes,
  zones: Zones,
  order: Int32Array,
): Blocks {
  const of = new Int32Array(count).fill(NONE);
  const writer = new Int32Array(nodes.count + 1).fill(NONE);
  const state = new Int32Array(nodes.count + 1).fill(NIL);
  const blockOf = new Int32Array(nodes.count).fill(NONE);
  // The register may be seen as it began before anything else happens, by reads or by mismatches.
  let length = 1;
  for (const zone of order) {
    for (let node = zones.root[zone]; node !== NONE; node = nodes.child[node]) {
      const own = nodes.writer[node];
      blockOf[node] = own === NONE ? 0 : length++;
      if (own === NONE) continue;
      writer[blockOf[node]] = own;
      state[blockOf[node]] = left[own];
      of[own] = blockOf[node];
    }
  }
  for (let i = 0; i < count; i++) if (kind[i] === READ) of[i] = blockOf[saw[i]];
  return { count: length, writer: writer.subarray(0, length), state, of };
}
