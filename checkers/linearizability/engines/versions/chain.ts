import type { Blocks } from '../register/blocks.js';
import { callsBefore } from '../register/blocks.js';
import type { Conflict } from '../register/chains.js';
import { CAS, NEVER, NONE, READ, WRITE } from '../register/columns.js';
import { NIL } from '../../core/value-numbers.js';
import type { VersionedColumns } from './columns.js';

/** The changes of a register in the order of their versions, as blocks, with what saw each version. */
export interface VersionChain {
  blocks: Blocks;
  /** Of each block. */
  versions: Float64Array;
  /** Crashed changes that are in no block, since nobody saw their version. */
  leftOut: number;
  /** Some crashed change was taken for the one that left a version, and another one could have. */
  isGuess: boolean;
}

/** What cannot be. It is certain, unless it may be only for a guess that was wrong. */
export interface VersionConflict extends Conflict {
  isCertain: boolean;
}

/** What the register starts with is nil in this version. */
export interface ChainOptions {
  initialVersion: number;
  /** Whether compare-and-sets expect versions; otherwise they expect values. */
  expectVersions: boolean;
}

/** By the number of a version the change that left it: `NONE` for the initial one. */
type Writers = Int32Array;

/** No operation saw or left that version. */
const ABSENT = -2;

/** Puts all changes into the order of their versions, and what they saw to them. */
export function findChain(
  columns: VersionedColumns,
  options: ChainOptions,
): VersionChain | VersionConflict {
  const { values } = columns;
  const initial = values.numberOf(options.initialVersion);
  const writers = new Int32Array(values.count).fill(ABSENT);
  writers[initial] = NONE;
  const conflict = collectWriters(columns, writers);
  if (conflict) return conflict;
  const guessed = assignCrashed(columns, writers);
  if ('sentence' in guessed) return guessed;
  const versions = sortVersions(columns, writers);
  if (versions[0] !== options.initialVersion) {
    const sentence = `version ${versions[0]} was seen, and versions begin after ${options.initialVersion}`;
    const seer = columns.version.indexOf(values.numberOf(versions[0]));
    return certain(sentence, seer === NONE ? [] : [seer]);
  }
  const chain = { blocks: toBlocks(columns, writers, versions, options), versions, ...guessed };
  const found = findContradiction(columns, chain, writers, options) ?? findDisorder(columns, chain);
  if (!found) return chain;
  return options.expectVersions ? closed(columns, chain.blocks, writers, found) : found;
}

function sortVersions({ values }: VersionedColumns, writers: Writers): Float64Array {
  const versions = new Float64Array(writers.length);
  let count = 0;
  for (let id = 0; id < writers.length; id++) {
    if (writers[id] !== ABSENT) versions[count++] = values.valueOf(id) as number;
  }
  return versions.subarray(0, count).sort();
}

/**
 * A conflict with the writers of every version that its compare-and-sets expect, and with a read of what a
 * crashed change left, so that it fails by itself.
 */
function closed(
  { kind, expected, end }: VersionedColumns,
  { count, of }: Blocks,
  writers: Writers,
  conflict: VersionConflict,
): VersionConflict {
  const culprits = new Set(conflict.culprits);
  const reader = new Int32Array(count).fill(NONE);
  for (let i = 0; i < of.length; i++) if (kind[i] === READ) reader[of[i]] = i;
  for (const culprit of culprits) {
    // A Set is walked in the order of insertion, so what is added here is looked at too.
    if (kind[culprit] === CAS) {
      const writer = writers[expected[culprit]];
      if (writer >= 0) culprits.add(writer);
    }
    const block = end[culprit] === NEVER ? of[culprit] : NONE;
    if (block !== NONE) culprits.add(reader[block]);
  }
  return { ...conflict, culprits: [...culprits] };
}

function certain(sentence: string, culprits: number[]): VersionConflict {
  return { sentence, culprits, isCertain: true };
}

function collectWriters(columns: VersionedColumns, writers: Writers): VersionConflict | undefined {
  const { count, kind, version, end, values } = columns;
  for (let i = 0; i < count; i++) {
    if ((kind[i] !== WRITE && kind[i] !== CAS) || end[i] === NEVER) continue;
    const other = writers[version[i]];
    if (other !== ABSENT) {
      const sentence = `version ${String(values.valueOf(version[i]))} was given to two changes`;
      return certain(sentence, other === NONE ? [i] : [other, i]);
    }
    writers[version[i]] = i;
  }
  return undefined;
}

/**
 * Versions that were read and that no acknowledged change has are those of crashed changes. Those that left
 * the value are taken in the order of their calls: the first k versions then have the k that were called
 * first, so where something returned too early for these, it did for any choice. That leaves what a
 * compare-and-set expects: where another change can have been in its place, a failure of it is uncertain.
 */
function assignCrashed(
  columns: VersionedColumns,
  writers: Writers,
): { leftOut: number; isGuess: boolean } | VersionConflict {
  const { count, kind, version, value, end, values } = columns;
  const crashed = new Map<number, number[]>();
  let leftOut = 0;
  for (let i = 0; i < count; i++) {
    if ((kind[i] !== WRITE && kind[i] !== CAS) || end[i] !== NEVER) continue;
    leftOut++;
    const same = crashed.get(value[i]);
    if (same) same.push(i);
    else crashed.set(value[i], [i]);
  }
  const unwritten = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    if (kind[i] !== READ || writers[version[i]] !== ABSENT) continue;
    const reader = unwritten.get(version[i]);
    if (reader === undefined) unwritten.set(version[i], i);
    else if (value[reader] !== value[i]) return describeTwoValues(columns, reader, i);
  }
  const readers = new Map<number, number[]>();
  const number = (id: number): number => values.valueOf(id) as number;
  for (const [seen, reader] of [...unwritten].sort(([a], [b]) => number(a) - number(b))) {
    const same = crashed.get(value[reader]) ?? [];
    const before = readers.get(value[reader]) ?? [];
    if (before.length === same.length) return describeNeverWritten(columns, [...before, reader]);
    writers[seen] = same[before.length];
    before.push(reader);
    readers.set(value[reader], before);
    leftOut--;
  }
  const isGuess = [...readers.keys()].some((wanted) => (crashed.get(wanted)?.length ?? 0) > 1);
  return { leftOut, isGuess };
}

function toBlocks(
  columns: VersionedColumns,
  writers: Writers,
  versions: Float64Array,
  { expectVersions }: ChainOptions,
): Blocks {
  const { count, kind, version, value, values } = columns;
  const blockOf = new Int32Array(writers.length);
  const writer = new Int32Array(versions.length);
  const state = new Int32Array(versions.length).fill(NIL);
  const of = new Int32Array(count).fill(NONE);
  for (let block = 0; block < versions.length; block++) {
    const id = values.numberOf(versions[block]);
    const own = writers[id];
    blockOf[id] = block;
    writer[block] = own;
    if (own !== NONE) of[own] = block;
    if (expectVersions) state[block] = id;
    else if (own !== NONE) state[block] = value[own];
  }
  for (let i = 0; i < count; i++) {
    if (kind[i] === READ) of[i] = blockOf[version[i]];
  }
  return { count: versions.length, writer, state, of };
}

/** A read of another value than its version has, or a compare-and-set that did not follow what it expected. */
function findContradiction(
  columns: VersionedColumns,
  { blocks, versions, leftOut, isGuess }: VersionChain,
  writers: Writers,
  { expectVersions }: ChainOptions,
): VersionConflict | undefined {
  const { count, kind, value, expected, end, values } = columns;
  for (let i = 0; i < count; i++) {
    const block = blocks.of[i];
    if (block === NONE) continue;
    const writer = blocks.writer[block];
    const left = writer === NONE ? NIL : value[writer];
    if (kind[i] === READ && value[i] !== left) return describeTwoValues(columns, writer, i);
    if (kind[i] !== CAS || blocks.state[block - 1] === expected[i]) continue;
    const before = blocks.writer[block - 1];
    const wanted = values.valueOf(expected[i]);
    const source = expectVersions ? writers[expected[i]] : ABSENT;
    // What it expected may be what a crashed change left that nobody else saw.
    const isCertain = source === ABSENT ? leftOut === 0 : end[i] !== NEVER || !isGuess;
    const sentence =
      `a compare-and-set that expected ${expectVersions ? 'version ' : ''}${JSON.stringify(wanted)} ` +
      `left version ${versions[block]}, and version ${versions[block - 1]} came right before it`;
    const culprits = [source, before, i].filter((each) => each >= 0);
    return { sentence, culprits, isCertain };
  }
  return undefined;
}

/** Something that returned before something was called that it must have come after. */
function findDisorder(
  columns: VersionedColumns,
  { blocks, versions }: VersionChain,
): VersionConflict | undefined {
  const before = callsBefore(blocks, columns);
  for (let i = 0; i < columns.count; i++) {
    const block = blocks.of[i];
    if (block === NONE || columns.end[i] >= before[block]) continue;
    const late = columns.call.indexOf(before[block]);
    if (columns.end[late] === NEVER) return describeTooFew(columns, blocks, versions, i, late);
    const seen = versions[blocks.of[late]];
    const sentence =
      seen === versions[block]
        ? `version ${seen} was seen before the change that made it was called`
        : `version ${versions[block]} was seen, and after that version ${seen}`;
    const culprits = [i, late, blocks.writer[block], blocks.writer[blocks.of[late]]];
    return certain(
      sentence,
      culprits.filter((each) => each !== NONE),
    );
  }
  return undefined;
}

/** The crashed change `late`, or one that was called even later, must have come before `early`. */
function describeTooFew(
  { value, values, end }: VersionedColumns,
  { of, writer }: Blocks,
  versions: Float64Array,
  early: number,
  late: number,
): VersionConflict {
  const mayBeLate = writer
    .subarray(0, of[late] + 1)
    .filter((each) => each !== NONE && end[each] === NEVER && value[each] === value[late]);
  const [seen, made] = [versions[of[early]], versions[of[late]]];
  const shown = JSON.stringify(values.valueOf(value[late]));
  const missing =
    mayBeLate.length === 1
      ? `any change that can have made ${seen === made ? 'it' : `version ${made}`} was called`
      : `enough changes to ${shown} were called for the versions up to ${made}`;
  const sentence = `version ${seen} was seen before ${missing}`;
  const own = writer[of[early]];
  return certain(sentence, [early, ...(own === NONE ? [] : [own]), ...mayBeLate]);
}

function describeTwoValues(columns: VersionedColumns, one: number, other: number): VersionConflict {
  const { value, values, version } = columns;
  const shown = [one, other].map((each) =>
    JSON.stringify(each === NONE ? null : values.valueOf(value[each])),
  );
  const sentence = `version ${String(values.valueOf(version[other]))} was ${shown[0]} and was ${shown[1]}`;
  return certain(sentence, one === NONE ? [other] : [one, other]);
}

/**
 * More versions of a value than changes that can have left it. Culprits are the reads of them, and each
 * change to this value: before it was answered it was one of those that can.
 */
function describeNeverWritten(
  columns: VersionedColumns,
  readers: readonly number[],
): VersionConflict {
  const { count, kind, value, values, version } = columns;
  const reader = readers[readers.length - 1];
  const culprits = [...readers];
  for (let i = 0; i < count; i++) {
    if ((kind[i] === WRITE || kind[i] === CAS) && value[i] === value[reader]) culprits.push(i);
  }
  const shown = JSON.stringify(values.valueOf(value[reader]));
  const seen = String(values.valueOf(version[reader]));
  const sentence = `version ${seen} was read as ${shown}, and nothing can have left it`;
  return certain(sentence, culprits);
}
