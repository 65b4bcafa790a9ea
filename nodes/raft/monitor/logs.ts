import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import type { JsonValue } from '../../../harness/json.js';
import type { DiskRecord, Entry } from '../state/messages.js';
import type { RaftState } from '../state/node.js';

/** What is remembered of a node from its step before. */
export interface Witness {
  readonly name: string;
  /** The term that it led; 0 where it did not lead. */
  leads: number;
  lastIndex: number;
  applied: number;
}

/** The one entry that an index and a term name, and the term of the entry before it, once it was seen. */
interface Known {
  entry: Entry;
  prevTerm: number | undefined;
  /** Another term's entry for the same index. */
  next: Known | undefined;
}

interface Applied {
  known: Known;
  /** The earliest term in which a node has applied it: the entry was committed in that one or before. */
  inTerm: number;
}

/** What logs hold, and what is applied of them (paper, figure 3). Arrays are by index of the log. */
export class LogRules {
  private readonly known: (Known | undefined)[] = [];
  private readonly applied: (Applied | undefined)[] = [];
  /** How many writes had taken effect when this entry was the last one applied. */
  private readonly revisions: (number | undefined)[] = [];

  /** After a restart: what came from the disk. */
  recovered(name: string, { log, applied, machine }: RaftState): void {
    for (let index = log.firstIndex; index <= log.lastIndex; index++) {
      const entry = log.entryAt(index);
      if (entry) this.match(name, entry, log.termAt(index - 1));
    }
    this.compareRevisions(name, applied, machine.revision);
  }

  /** Called with the state after the step that wrote these records. */
  appended(witness: Witness, state: RaftState, records: readonly DiskRecord[]): void {
    const leadsOn = state.role === 'leader' && witness.leads === state.term;
    for (const record of records) {
      if (!('index' in record)) continue;
      if (leadsOn && record.index <= witness.lastIndex) refuseReplacement(witness, record.index);
      this.match(witness.name, record, state.log.termAt(record.index - 1));
    }
  }

  /** A leader holds all that is committed in earlier terms. */
  elected(name: string, { log, term }: RaftState): void {
    for (let index = log.snapshotIndex + 1; index < this.applied.length; index++) {
      const applied = this.applied[index];
      // An election may be won late, when a later term has already committed more.
      if (!applied || applied.inTerm >= term) continue;
      if (log.termAt(index) === applied.known.entry.term) continue;
      const detail = `${name} leads term ${term} without entry ${describe(applied.known.entry)}`;
      throw new BrokenInvariant('leader completeness', detail);
    }
  }

  /** What the step has done beyond writing. `leads` is the term that the node leads after it, or 0. */
  stepped(witness: Witness, state: RaftState, leads: number): void {
    const { lastIndex } = state.log;
    if (leads !== 0 && leads === witness.leads && lastIndex < witness.lastIndex) {
      refuseReplacement(witness, lastIndex + 1);
    }
    if (state.applied > witness.applied) this.apply(witness, state);
  }

  private apply(
    { name, applied: before }: Witness,
    { applied: last, log, term, machine }: RaftState,
  ): void {
    for (let index = before + 1; index <= last; index++) {
      const entry = log.entryAt(index);
      // Without entries, a snapshot took their place: of its prefix the last term is known.
      if (entry) this.applyEntry(name, term, this.match(name, entry, log.termAt(index - 1)));
      else if (index === last) this.compareTerms(name, index, log.termAt(index));
    }
    this.compareRevisions(name, last, machine.revision);
  }

  private compareRevisions(name: string, applied: number, revision: number): void {
    const other = this.revisions[applied];
    if (other !== undefined && other !== revision) {
      const detail = `with ${applied} applied, ${name} counts ${revision} writes, another node ${other}`;
      throw new BrokenInvariant('state machine safety', detail);
    }
    this.revisions[applied] = revision;
  }

  private applyEntry(name: string, term: number, known: Known): void {
    const { index } = known.entry;
    const other = this.applied[index];
    if (!other) this.applied[index] = { known, inTerm: term };
    else {
      this.compareTerms(name, index, known.entry.term);
      other.inTerm = Math.min(other.inTerm, term);
    }
  }

  /** Entries of equal index and term are equal: see `match`. */
  private compareTerms(name: string, index: number, term: number | undefined): void {
    const other = this.applied[index]?.known.entry;
    if (!other || term === undefined || other.term === term) return;
    const detail = `${name} applies ${index}@${term}, another node ${describe(other)}`;
    throw new BrokenInvariant('state machine safety', detail);
  }

  /** An index and a term name one entry and, by induction over the term before it, one prefix. */
  private match(name: string, entry: Entry, prevTerm: number | undefined): Known {
    const first = this.known[entry.index];
    let known = first;
    while (known && known.entry.term !== entry.term) known = known.next;
    if (!known) return (this.known[entry.index] = { entry, prevTerm, next: first });
    known.prevTerm ??= prevTerm;
    const hasSamePrefix = prevTerm === undefined || known.prevTerm === prevTerm;
    if (hasSamePrefix && isSame(known.entry.command, entry.command)) return known;
    const what = hasSamePrefix ? 'is another one' : `has term ${prevTerm} before it`;
    const detail = `${describe(entry)} ${what} on ${name}, elsewhere ${JSON.stringify(known.entry)}`;
    throw new BrokenInvariant('log matching', `${detail} after term ${known.prevTerm}`);
  }
}

function refuseReplacement({ name, leads }: Witness, index: number): void {
  const detail = `${name} leads term ${leads} and lets go of its entry ${index}`;
  throw new BrokenInvariant('leader append-only', detail);
}

function describe({ index, term }: Entry): string {
  return `${index}@${term}`;
}

/** Nodes in one process may share what they sent to each other, which makes most comparisons short. */
function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  const left = a as Readonly<Record<string, JsonValue>>;
  const right = b as Readonly<Record<string, JsonValue>>;
  return names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]));
}
