import { NEVER, NONE } from './columns.js';

/**
 * Operations in a row of blocks, each with one operation that changes the state (the writer) and others that
 * see what it left, in any order that the history allows.
 */
export interface Blocks {
  count: number;
  /** Of each block its writer (`NONE` where the block begins by itself), and the state that it leaves. */
  writer: Int32Array;
  state: Int32Array;
  /** Of each operation its block; `NONE` where it is in none. */
  of: Int32Array;
}

/** The calls and returns (`NEVER` where there is none) of operations, in columns. */
export interface Times {
  call: Int32Array;
  end: Int32Array;
}

/**
 * For each block, the greatest call of what comes before an observer in it: what precedes the block, and its
 * writer.
 */
export function callsBefore({ count, writer, of }: Blocks, { call }: Times): Int32Array {
  const before = new Int32Array(count).fill(NONE);
  for (let i = 0; i < of.length; i++) {
    // What is in a block comes before what is in the next one.
    const next = of[i] + 1;
    if (of[i] !== NONE && next < count && call[i] > before[next]) before[next] = call[i];
  }
  for (let block = 0; block < count; block++) {
    if (block > 0 && before[block - 1] > before[block]) before[block] = before[block - 1];
    if (writer[block] !== NONE && call[writer[block]] > before[block]) {
      before[block] = call[writer[block]];
    }
  }
  return before;
}

/** For each block, the least return of what comes after it. */
function returnsAfter({ count, of }: Blocks, { end }: Times): Int32Array {
  const after = new Int32Array(count).fill(NEVER);
  for (let i = 0; i < of.length; i++) {
    if (of[i] > 0 && end[i] < after[of[i] - 1]) after[of[i] - 1] = end[i];
  }
  for (let block = count - 2; block >= 0; block--) {
    if (after[block + 1] < after[block]) after[block] = after[block + 1];
  }
  return after;
}

/**
 * Gives a block to every operation that saw another state than `saw`: the first one that the history allows.
 * Those are the best for the ones that were called later, so where this fails, no choice of blocks does it.
 * Gives the operation that finds no place, or one that the order of blocks gives a wrong one; `NONE` where all
 * is well.
 *
 * @param events calls and returns of all operations in their order: `i` and `~i`
 * @param isMismatch of each operation, whether it is one to be given a block
 */
export function settleMismatches(
  blocks: Blocks,
  times: Times,
  events: Int32Array,
  saw: Int32Array,
  isMismatch: (operation: number) => boolean,
): number {
  const { count, state, of } = blocks;
  const before = callsBefore(blocks, times);
  const misplaced = of.findIndex((block, i) => block !== NONE && times.end[i] < before[block]);
  if (misplaced !== NONE) return misplaced;
  const after = returnsAfter(blocks, times);
  const nextOther = new Int32Array(count).fill(count);
  for (let block = count - 2; block >= 0; block--) {
    nextOther[block] = state[block + 1] === state[block] ? nextOther[block + 1] : block + 1;
  }
  let first = 0;
  for (const event of events) {
    const operation = event < 0 ? ~event : event;
    if (!isMismatch(operation)) continue;
    if (event < 0) {
      // What is called from now on comes no earlier than what has returned.
      first = Math.max(first, of[operation]);
      continue;
    }
    while (after[first] < times.call[operation]) first++;
    const block = state[first] === saw[operation] ? nextOther[first] : first;
    if (block === count || before[block] > times.end[operation]) return operation;
    of[operation] = block;
  }
  return NONE;
}

/** The operations of all blocks in a row: each block's writer, and the rest of it by call. */
export function lineUp({ count, writer, of }: Blocks): Int32Array {
  const place = new Int32Array(count + 1);
  for (const block of of) if (block !== NONE) place[block + 1]++;
  for (let block = 1; block <= count; block++) place[block] += place[block - 1];
  const line = new Int32Array(place[count]);
  for (let block = 0; block < count; block++) {
    if (writer[block] !== NONE) line[place[block]++] = writer[block];
  }
  for (let i = 0; i < of.length; i++) {
    if (of[i] !== NONE && writer[of[i]] !== i) line[place[of[i]]++] = i;
  }
  return line;
}
