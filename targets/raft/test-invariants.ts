import type { Effect, Input } from '../../harness/contracts/program.js';
import type { JsonValue } from '../../harness/json.js';
import type { Entry, HardState, Snapshot } from './messages.js';
import type { TestNetwork, TestNode } from './test-network.js';

export type Property =
  | 'election safety'
  | 'leader append-only'
  | 'log matching'
  | 'leader completeness'
  | 'state machine safety'
  | 'exactly once'
  | 'linearizability'
  | 'liveness';

/** A property that did not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly property: Property;

  constructor(property: Property, message: string) {
    super(`${property}: ${message}`);
    this.property = property;
  }
}

/** A node's log as its disk writes tell it; entries that a snapshot took over stay known. */
interface Shadow {
  entries: Map<number, Entry>;
  lastIndex: number;
  role: string;
  term: number;
  applied: number;
}

/** The five properties of the paper's figure 3, checked after every step of every node. */
export class Invariants {
  private readonly shadows = new Map<string, Shadow>();
  private readonly leaderOfTerm = new Map<number, string>();
  /** By index and term: what the entry holds, and the term before it. */
  private readonly known = new Map<string, { command: string; prevTerm: number | undefined }>();
  /** What some node applied first at an index, and the term that this node was in. */
  private readonly appliedAt = new Map<number, { term: number; command: string; inTerm: number }>();
  private highestApplied = 0;

  constructor(network: TestNetwork) {
    network.observers.push((node, input, effects) => this.observe(node, input, effects));
  }

  private observe(node: TestNode, input: Input, effects: readonly Effect[]): void {
    if (input.kind === 'start') this.begin(node, input.snapshot, input.records);
    const shadow = this.shadowOf(node);
    const status = node.program.status();
    const stillLeads = shadow.role === 'leader' && status.role === 'leader';
    const appendOnlyFrom = stillLeads && shadow.term === status.term ? shadow.lastIndex : -1;
    for (const effect of effects) {
      if (effect.kind === 'append') this.write(node, shadow, effect.records, appendOnlyFrom);
      if (effect.kind === 'checkpoint') this.takeSnapshot(shadow, effect.snapshot, effect.records);
    }
    if (status.role === 'leader' && !stillLeads)
      this.checkLeader(node, shadow, status.term as number);
    this.checkApplied(node, shadow, status.applied as number, status.term as number);
    shadow.role = status.role as string;
    shadow.term = status.term as number;
  }

  private begin(node: TestNode, snapshot: JsonValue, records: readonly JsonValue[]): void {
    this.shadows.delete(node.name);
    const shadow = this.shadowOf(node);
    this.takeSnapshot(shadow, snapshot, records);
    // A node may rightly see less than the disk holds only with the bug that drops the last entry.
    shadow.lastIndex = node.program.status().lastIndex as number;
    for (const index of shadow.entries.keys()) {
      if (index > shadow.lastIndex) shadow.entries.delete(index);
    }
  }

  private shadowOf(node: TestNode): Shadow {
    let shadow = this.shadows.get(node.name);
    if (!shadow) {
      shadow = { entries: new Map(), lastIndex: 0, role: '', term: 0, applied: 0 };
      this.shadows.set(node.name, shadow);
    }
    return shadow;
  }

  private takeSnapshot(shadow: Shadow, saved: JsonValue, records: readonly JsonValue[]): void {
    const snapshot = saved as Snapshot | null;
    if (snapshot) {
      const isSamePrefix = shadow.entries.get(snapshot.index)?.term === snapshot.term;
      for (const index of shadow.entries.keys()) {
        if (!isSamePrefix || index > snapshot.index) shadow.entries.delete(index);
      }
      shadow.lastIndex = snapshot.index;
      shadow.applied = Math.max(shadow.applied, snapshot.index);
    }
    for (const entry of entriesOf(records)) this.put(shadow, entry);
  }

  private put(shadow: Shadow, entry: Entry): void {
    for (let index = entry.index; index <= shadow.lastIndex; index++) shadow.entries.delete(index);
    shadow.entries.set(entry.index, entry);
    shadow.lastIndex = entry.index;
  }

  private write(
    node: TestNode,
    shadow: Shadow,
    records: readonly JsonValue[],
    appendOnlyFrom: number,
  ): void {
    for (const entry of entriesOf(records)) {
      if (entry.index <= appendOnlyFrom) {
        throw new Violation('leader append-only', `${node.name} replaces its entry ${entry.index}`);
      }
      this.put(shadow, entry);
      this.checkMatching(node, shadow, entry);
    }
  }

  /** An index and a term name one entry and, by induction over the term before it, one prefix. */
  private checkMatching(node: TestNode, shadow: Shadow, entry: Entry): void {
    const name = `${entry.index}@${entry.term}`;
    const command = JSON.stringify(entry.command);
    const prevTerm = shadow.entries.get(entry.index - 1)?.term;
    const known = this.known.get(name);
    const differs =
      known !== undefined &&
      (known.command !== command ||
        (known.prevTerm !== undefined && prevTerm !== undefined && known.prevTerm !== prevTerm));
    if (differs) throw new Violation('log matching', `${name} differs on ${node.name}`);
    this.known.set(name, { command, prevTerm: prevTerm ?? known?.prevTerm });
  }

  private checkLeader(node: TestNode, shadow: Shadow, term: number): void {
    const earlier = this.leaderOfTerm.get(term);
    if (earlier !== undefined && earlier !== `${node.name}#${node.incarnation}`) {
      throw new Violation('election safety', `term ${term}: ${earlier} and ${node.name}`);
    }
    this.leaderOfTerm.set(term, `${node.name}#${node.incarnation}`);
    for (const [index, { term: entryTerm, inTerm }] of this.appliedAt) {
      // An election may be won late, when a later term has already committed more.
      if (inTerm >= term) continue;
      const held = shadow.entries.get(index);
      const isCovered = index <= shadow.applied && !held;
      if (!isCovered && held?.term !== entryTerm) {
        const detail = `${node.name} leads term ${term} without entry ${index}@${entryTerm}`;
        throw new Violation('leader completeness', detail);
      }
    }
  }

  private checkApplied(node: TestNode, shadow: Shadow, applied: number, inTerm: number): void {
    for (let index = shadow.applied + 1; index <= applied; index++) {
      const entry = shadow.entries.get(index);
      if (!entry) throw new Error(`${node.name} applied ${index}, which it was not seen to have`);
      const command = JSON.stringify(entry.command);
      const other = this.appliedAt.get(index);
      if (other && (other.term !== entry.term || other.command !== command)) {
        const detail = `${node.name} applies ${index}@${entry.term}, another ${index}@${other.term}`;
        throw new Violation('state machine safety', detail);
      }
      if (!other) this.appliedAt.set(index, { term: entry.term, command, inTerm });
      this.highestApplied = Math.max(this.highestApplied, index);
    }
    shadow.applied = Math.max(shadow.applied, applied);
  }

  /** How far any node has applied: a run in which this stays low tests nothing. */
  get progress(): number {
    return this.highestApplied;
  }
}

function entriesOf(records: readonly JsonValue[]): Entry[] {
  return (records as readonly (Entry | HardState)[]).filter((record) => 'index' in record);
}
