import type { History, Operation } from '../../harness/history/operation.js';
import type { JsonValue } from '../../harness/json.js';
import { canonical } from '../models/model.js';

const WRITES: ReadonlySet<string> = new Set(['write', 'put']);
const READS: ReadonlySet<string> = new Set(['read', 'get']);

/** What became of an acknowledged write. */
export type Fate =
  /** A read called after the answer saw it, or something later, and no read called after that one missed it. */
  | { kind: 'kept' }
  /** No successful read was called after its answer: nobody has looked. */
  | { kind: 'unread' }
  /** Some reads missed it, and a later one saw it, or something later. */
  | { kind: 'missed'; reads: readonly Operation[] }
  /** From some read on nobody has seen it or anything later. `firstMiss` is the earliest such read. */
  | { kind: 'lost'; firstMiss: Operation; lastSeen: Operation | undefined };

/** A write that was answered with ok, and its fate. */
export interface JudgedWrite {
  write: Operation;
  fate: Fate;
}

/** What all writes of a history came to. */
export interface Fates {
  acknowledged: readonly JudgedWrite[];
  /** Of writes without a certain answer, how many were ever seen, and how many never. */
  unacknowledged: { present: number; absent: number };
  /** Reads of a value that nobody had begun to write to their key. */
  phantoms: readonly Operation[];
}

/** A history that this cannot judge, and why. */
export class UnjudgeableHistory extends Error {
  override readonly name = 'UnjudgeableHistory';
}

/**
 * The fate of every acknowledged write, key by key. Values must be unique within their key, so that a value names
 * its write. A read *misses* a write where it was called after the write's answer and returned nothing, or a value
 * whose own write had been answered before the missed one was called: then the missed one, or anything after it,
 * cannot have been there. A write is *lost* where from some read on every read misses it; reads that overlap that
 * read count as later ones.
 *
 * Throws an `UnjudgeableHistory` where there are other operations than reads and writes, or a value twice.
 */
export function fatesOf({ operations }: History): Fates {
  const fates: JudgedWrite[] = [];
  const unacknowledged = { present: 0, absent: 0 };
  const phantoms: Operation[] = [];
  for (const { writes, reads } of byKey(operations)) {
    if (writes.some(({ input }) => input === null)) {
      throw new UnjudgeableHistory('null was written, which is how a key without a value reads');
    }
    const values = new Map(writes.map((write) => [canonical(write.input), write]));
    if (values.size < writes.length) throw new UnjudgeableHistory('a value was written twice');
    const seen = reads.map((read) => ({ read, of: writerOf(read, values, phantoms) }));
    const known = seen.filter((each): each is SeenRead => each.of !== undefined);
    const present = new Set(known.map(({ of }) => of));
    for (const write of writes) {
      if (write.type === 'ok') fates.push({ write, fate: fateOf(write, known) });
      else if (write.type === 'info') unacknowledged[present.has(write) ? 'present' : 'absent']++;
    }
  }
  fates.sort((a, b) => a.write.call - b.write.call);
  return { acknowledged: fates, unacknowledged, phantoms };
}

/** A read, and the write whose value it returned; null: it returned nothing. */
interface SeenRead {
  read: Operation;
  of: Operation | null;
}

interface KeyOperations {
  writes: Operation[];
  /** Those that succeeded, by invocation. */
  reads: Operation[];
}

function byKey(operations: readonly Operation[]): Iterable<KeyOperations> {
  const keys = new Map<string | undefined, KeyOperations>();
  for (const operation of operations) {
    const { key, f, type } = operation;
    let own = keys.get(key);
    if (!own) keys.set(key, (own = { writes: [], reads: [] }));
    if (WRITES.has(f)) own.writes.push(operation);
    else if (!READS.has(f)) throw new UnjudgeableHistory(`"${f}" is no read and no write`);
    else if (type === 'ok') own.reads.push(operation);
  }
  return keys.values();
}

/** Undefined where the value comes from nowhere: such a read says nothing about any write. */
function writerOf(
  read: Operation,
  values: ReadonlyMap<string, Operation>,
  phantoms: Operation[],
): Operation | null | undefined {
  const value: JsonValue = read.output ?? null;
  if (value === null) return null;
  const writer = values.get(canonical(value));
  if (writer !== undefined && writer.call < read.return) return writer;
  phantoms.push(read);
  return undefined;
}

function fateOf(write: Operation, reads: readonly SeenRead[]): Fate {
  const later = reads.filter(({ read }) => read.call > write.return);
  if (later.length === 0) return { kind: 'unread' };
  const isMiss = ({ of }: SeenRead): boolean => of === null || of.return < write.call;
  const misses = later.filter(isMiss).map(({ read }) => read);
  if (misses.length === 0) return { kind: 'kept' };
  // One that was called before the answer may have seen it too, and may end last of all.
  const showing = reads.filter((each) => !isMiss(each)).map(({ read }) => read);
  const lastReturn = showing.reduce((last, read) => Math.max(last, read.return), -1);
  const firstMiss = misses.find(({ call }) => call > lastReturn);
  if (firstMiss === undefined) return { kind: 'missed', reads: misses };
  return { kind: 'lost', firstMiss, lastSeen: showing.at(-1) };
}
