import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import type { Message } from '../state/messages.js';
import type { RaftState } from '../state/node.js';

/** Votes, and who leads a term (paper, 5.2; thesis, 9.6). */
export class ElectionRules {
  /** Each with its incarnation: a vote for itself is not to be had twice either. */
  private readonly leaders = new Map<number, string>();
  /** By voter and term, over all its incarnations. */
  private readonly votes = new Map<string, string>();
  /** Who granted a node's latest pre-vote, and the term that it asked about. */
  private readonly grants = new Map<string, { term: number; from: Set<string> }>();

  /** Pre-votes are kept in memory only. */
  forgetGrants(name: string): void {
    this.grants.delete(name);
  }

  received(name: string, from: string, message: Message): void {
    if (message.type !== 'pre-vote-reply' || !message.granted) return;
    let grants = this.grants.get(name);
    // A late answer may be to an earlier question.
    if (grants && message.term < grants.term) return;
    if (grants?.term !== message.term) {
      grants = { term: message.term, from: new Set() };
      this.grants.set(name, grants);
    }
    grants.from.add(from);
  }

  sent(name: string, state: RaftState, to: string, message: Message): void {
    if (message.type === 'vote-reply' && message.granted) this.vote(name, message.term, to);
    if (message.type !== 'vote') return;
    this.vote(name, message.term, name);
    if (state.settings.preVote && !message.transfer) this.checkGrants(name, state, message.term);
  }

  elected(name: string, incarnation: number, term: number): void {
    const leader = `${name}, start ${incarnation},`;
    const earlier = this.leaders.get(term);
    if (earlier !== undefined && earlier !== leader) {
      throw new BrokenInvariant('election safety', `${earlier} and ${leader} lead term ${term}`);
    }
    this.leaders.set(term, leader);
  }

  private vote(voter: string, term: number, candidate: string): void {
    const key = `${voter} ${term}`;
    const earlier = this.votes.get(key);
    if (earlier !== undefined && earlier !== candidate) {
      const detail = `${voter} votes for ${earlier} and for ${candidate} in term ${term}`;
      throw new BrokenInvariant('one vote per term', detail);
    }
    this.votes.set(key, candidate);
  }

  private checkGrants(name: string, state: RaftState, term: number): void {
    const grants = this.grants.get(name);
    const from = grants?.term === term ? grants.from : new Set<string>();
    const granted = state.members.filter((member) => member === name || from.has(member));
    if (granted.length >= state.quorum) return;
    const detail = `${name} opens term ${term} with ${granted.length} of ${state.members.length}`;
    throw new BrokenInvariant('pre-vote majority', detail);
  }
}
