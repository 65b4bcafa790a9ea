import { isDeepStrictEqual } from 'node:util';
import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import type { Transaction } from '../state/messages.js';
import type { ZabNode } from '../state/node.js';
import { counterOf, epochOf, formatZxid } from '../state/zxid.js';

/** What is delivered, where, and in which order (DSN 2011, sections 3 and 4). */
export class OrderRules {
  /** By zxid: what its primary broadcast. */
  private readonly broadcast = new Map<number, Transaction>();
  /** The one sequence that all servers deliver prefixes of, as the successor of each zxid; 0 begins it. */
  private readonly successor = new Map<number, number>();
  private readonly delivered = new Set<number>([0]);
  private highest = 0;
  /** By epoch: its leader's incarnation, and the history that it began with. */
  private readonly leaders = new Map<number, { name: string; initialZxid: number }>();

  /** A leader writes a transaction of its own. */
  proposed(node: Readonly<ZabNode>, transaction: Transaction): void {
    const { zxid } = transaction;
    const known = this.broadcast.get(zxid);
    if (known && !isDeepStrictEqual(known, transaction)) {
      throw new BrokenInvariant('zxid uniqueness', `${formatZxid(zxid)} is made twice`);
    }
    this.broadcast.set(zxid, transaction);
    if (node.delivered < (this.leaders.get(epochOf(zxid))?.initialZxid ?? 0)) {
      const detail = `${node.name} broadcasts ${formatZxid(zxid)} before it has delivered its history`;
      throw new BrokenInvariant('primary integrity', detail);
    }
  }

  /** A server begins to broadcast. It must have delivered all that anybody delivered of earlier epochs. */
  established(incarnation: string, node: Readonly<ZabNode>): void {
    const epoch = node.epochs.current;
    const earlier = this.leaders.get(epoch);
    if (earlier && earlier.name !== incarnation) {
      const detail = `epoch ${epoch} is led by ${earlier.name} and ${incarnation}`;
      throw new BrokenInvariant('one leader per epoch', detail);
    }
    const { initialZxid = 0 } = node.leading ?? {};
    this.leaders.set(epoch, { name: incarnation, initialZxid });
    if (epochOf(this.highest) < epoch && this.highest > initialZxid) {
      const detail =
        `${node.name} leads epoch ${epoch} from ${formatZxid(initialZxid)} on, ` +
        `and ${formatZxid(this.highest)} was delivered before`;
      throw new BrokenInvariant('primary integrity', detail);
    }
  }

  /** A server takes over a state: it must be one that the sequence goes through. */
  restored(name: string, zxid: number): void {
    if (this.delivered.has(zxid)) return;
    const detail = `${name} has a snapshot of ${formatZxid(zxid)}, which nobody delivered`;
    throw new BrokenInvariant('agreement', detail);
  }

  /** Whether this transaction was delivered by nobody before. */
  deliver(name: string, previous: number, transaction: Transaction): boolean {
    const { zxid } = transaction;
    this.checkIntegrity(name, transaction);
    this.checkPrimaryOrder(name, previous, zxid);
    const next = this.successor.get(previous);
    if (next !== undefined && next !== zxid) {
      const detail =
        `${name} delivers ${formatZxid(zxid)} after ${formatZxid(previous)}, ` +
        `another server ${formatZxid(next)}`;
      throw new BrokenInvariant('total order', detail);
    }
    if (next === undefined && this.highest > previous) {
      const detail = `${name} delivers ${formatZxid(zxid)}, others went on to ${formatZxid(this.highest)} without it`;
      throw new BrokenInvariant('agreement', detail);
    }
    if (next !== undefined) return false;
    this.successor.set(previous, zxid);
    this.delivered.add(zxid);
    this.highest = Math.max(this.highest, zxid);
    return true;
  }

  private checkIntegrity(name: string, transaction: Transaction): void {
    const known = this.broadcast.get(transaction.zxid);
    if (known === transaction || (known && isDeepStrictEqual(known, transaction))) return;
    const what = known ? 'was broadcast with another content' : 'was never broadcast';
    const detail = `${name} delivers ${formatZxid(transaction.zxid)}, which ${what}`;
    throw new BrokenInvariant('integrity', detail);
  }

  private checkPrimaryOrder(name: string, previous: number, zxid: number): void {
    const epoch = epochOf(zxid);
    const says = `${name} delivers ${formatZxid(zxid)} after ${formatZxid(previous)}`;
    if (epochOf(previous) === epoch) {
      if (counterOf(zxid) !== counterOf(previous) + 1) {
        throw new BrokenInvariant('local primary order', says);
      }
      return;
    }
    if (epochOf(previous) > epoch) throw new BrokenInvariant('global primary order', says);
    if (counterOf(zxid) !== 1) throw new BrokenInvariant('local primary order', says);
    const leader = this.leaders.get(epoch);
    if (leader && leader.initialZxid !== previous) {
      const detail = `${says}, and its leader began behind ${formatZxid(leader.initialZxid)}`;
      throw new BrokenInvariant('global primary order', detail);
    }
  }
}
