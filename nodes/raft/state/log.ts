import type { Entry } from './messages.js';

/** The members of the cluster as from an entry on. */
interface Configuration {
  index: number;
  members: readonly string[];
}

/**
 * The log in memory: entries `firstIndex … lastIndex` without a gap, and what is known of the entry
 * before them, the last one that the snapshot covers. The newest configuration in the log counts from
 * the moment it is appended, committed or not (thesis, 4.1), so the log keeps track of them.
 */
export class RaftLog {
  private entries: Entry[] = [];
  private baseIndex = 0;
  private baseTerm = 0;
  private configurations: Configuration[];

  constructor(members: readonly string[]) {
    this.configurations = [{ index: 0, members }];
  }

  get firstIndex(): number {
    return this.baseIndex + 1;
  }

  get lastIndex(): number {
    return this.baseIndex + this.entries.length;
  }

  get lastTerm(): number {
    return this.entries.length === 0 ? this.baseTerm : this.entries[this.entries.length - 1].term;
  }

  /** The index of the last entry that the snapshot covers; 0 without one. */
  get snapshotIndex(): number {
    return this.baseIndex;
  }

  get members(): readonly string[] {
    return this.configurations[this.configurations.length - 1].members;
  }

  /** Where the newest configuration stands in the log. */
  get membersIndex(): number {
    return this.configurations[this.configurations.length - 1].index;
  }

  /** The members as of this index; it must not lie before the snapshot. */
  membersAt(index: number): readonly string[] {
    const found = this.configurations.findLast((configuration) => configuration.index <= index);
    return (found ?? this.configurations[0]).members;
  }

  /** The term of this entry; undefined where it is compacted away or not there yet. */
  termAt(index: number): number | undefined {
    if (index === this.baseIndex) return this.baseTerm;
    return this.entryAt(index)?.term;
  }

  entryAt(index: number): Entry | undefined {
    return this.entries[index - this.baseIndex - 1];
  }

  /** Up to `limit` entries from this index on, which must not be compacted away. */
  slice(from: number, limit = Infinity): Entry[] {
    const start = from - this.baseIndex - 1;
    return this.entries.slice(start, start + limit);
  }

  /** The next entry must have the index `lastIndex + 1`. */
  append(entry: Entry): void {
    this.entries.push(entry);
    if (entry.command.kind === 'members') {
      this.configurations.push({ index: entry.index, members: entry.command.members });
    }
  }

  /** Forgets this entry and all behind it. */
  truncate(from: number): void {
    this.entries.length = from - this.baseIndex - 1;
    while (this.membersIndex >= from) this.configurations.pop();
  }

  /** Forgets all entries up to this index, which the snapshot covers now. */
  compact(index: number): void {
    const members = this.membersAt(index);
    const term = this.termAt(index);
    if (term === undefined) throw new RangeError(`cannot compact to ${index}: not in the log`);
    this.entries = this.entries.slice(index - this.baseIndex);
    this.baseIndex = index;
    this.baseTerm = term;
    const later = this.configurations.filter((configuration) => configuration.index > index);
    this.configurations = [{ index, members }, ...later];
  }

  /** Starts anew behind a snapshot from elsewhere. */
  reset(index: number, term: number, members: readonly string[]): void {
    this.entries = [];
    this.baseIndex = index;
    this.baseTerm = term;
    this.configurations = [{ index, members }];
  }

  /**
   * The last index at or below `index` whose term is at most `term`: where this log can first agree
   * with one that has `term` there. Skips a whole term per exchange (paper, 5.3, "if desired").
   */
  lastPossibleMatch(index: number, term: number): number {
    let candidate = Math.min(index, this.lastIndex);
    while (candidate > this.baseIndex && (this.termAt(candidate) ?? 0) > term) candidate--;
    return candidate;
  }

  /** Whether a log that ends like this is at least as up to date as ours (paper, 5.4.1). */
  isUpToDate(lastIndex: number, lastTerm: number): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex);
  }
}
