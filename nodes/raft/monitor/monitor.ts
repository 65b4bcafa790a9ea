import type { Effect, Input } from '../../../harness/contracts/program.js';
import type { ObservedStep, ProtocolMonitor } from '../../../harness/contracts/protocol-monitor.js';
import type { DiskRecord, Message } from '../state/messages.js';
import { DurableRecords } from './durability.js';
import { ElectionRules } from './elections.js';
import { LogRules, type Witness } from './logs.js';
import { ReadRules } from './reads.js';
import type { RaftState } from '../state/node.js';
import type { RaftProgram } from '../program.js';

interface Watched extends Witness {
  /** Starts so far. */
  readonly incarnation: number;
  readonly disk: DurableRecords;
}

/**
 * Watches all nodes of one run of our Raft. The five properties of the paper's figure 3: `election safety`,
 * `leader append-only`, `log matching`, `leader completeness`, `state machine safety`; and what they rest on
 * or give, so that the first broken step is named and not a later one:
 *
 * - `one vote per term` (5.2), over restarts too;
 * - `durable before answering` (figure 2): no vote and no entry is acknowledged before its sync is done;
 * - `pre-vote majority` (thesis, 9.6), where pre-votes are on: nobody opens a term without one. It keeps a
 *   cluster available and is no matter of safety;
 * - `read freshness` (thesis, 6.4): a linearizable or lease read shows all that was acknowledged, by any
 *   node, before its request arrived.
 *
 * It takes for granted that disks keep what they were asked to sync: in a durability mode that promises less,
 * a power cut may break all of this and no promise. The first broken invariant is the last that means much.
 */
class RaftMonitor implements ProtocolMonitor {
  private readonly witnesses = new Map<string, Watched>();
  private readonly elections = new ElectionRules();
  private readonly logs = new LogRules();
  private readonly reads = new ReadRules();

  observe({ node: name, program, input, effects }: ObservedStep): void {
    const { state } = program as RaftProgram;
    if (input.kind === 'start') this.begin(name, state);
    const witness = this.witnesses.get(name);
    if (!witness) throw new Error(`${name} was not seen to start`);
    this.hear(witness, state, input);
    for (const effect of effects) this.watch(witness, state, effect);
    this.settle(witness, state);
  }

  private begin(name: string, state: RaftState): void {
    const incarnation = (this.witnesses.get(name)?.incarnation ?? 0) + 1;
    const { lastIndex } = state.log;
    const disk = new DurableRecords(name, lastIndex, state.hard);
    const applied = state.log.snapshotIndex;
    this.witnesses.set(name, { name, incarnation, leads: 0, lastIndex, applied, disk });
    this.elections.forgetGrants(name);
    this.logs.recovered(name, state);
    this.reads.forget(name);
  }

  private hear({ name, disk }: Watched, state: RaftState, input: Input): void {
    if (input.kind === 'message') {
      this.elections.received(name, input.from, input.message as Message);
    } else if (input.kind === 'synced') disk.synced(input.token);
    else if (input.kind === 'request') this.reads.requested(name, state.settings.reads, input);
  }

  private watch(witness: Watched, state: RaftState, effect: Effect): void {
    const { name, disk } = witness;
    if (effect.kind === 'append') {
      const records = effect.records as readonly DiskRecord[];
      this.logs.appended(witness, state, records);
      disk.appended(records);
    } else if (effect.kind === 'checkpoint') {
      disk.replaced(effect.records as readonly DiskRecord[]);
    } else if (effect.kind === 'sync') {
      disk.syncAsked(effect.token, state.log.lastIndex);
    } else if (effect.kind === 'send') {
      const message = effect.message as Message;
      this.elections.sent(name, state, effect.to, message);
      disk.sent(state.term, effect.to, message);
    } else if (effect.kind === 'reply') this.reads.answered(name, effect);
  }

  private settle(witness: Watched, state: RaftState): void {
    const leads = state.role === 'leader' ? state.term : 0;
    if (leads !== 0 && leads !== witness.leads) {
      this.elections.elected(witness.name, witness.incarnation, leads);
      this.logs.elected(witness.name, state);
    }
    this.logs.stepped(witness, state, leads);
    witness.leads = leads;
    witness.lastIndex = state.log.lastIndex;
    witness.applied = state.applied;
  }
}

/** A monitor of all nodes of one run. */
export function createRaftMonitor(): ProtocolMonitor {
  return new RaftMonitor();
}
