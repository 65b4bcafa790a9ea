import type { Effect, Input } from '../../../harness/contracts/program.js';
import {
  BrokenInvariant,
  type ObservedStep,
  type ProtocolMonitor,
} from '../../../harness/contracts/protocol-monitor.js';
import type { LogRecord, Message, Snapshot } from '../state/messages.js';
import { ClientRules } from './clients.js';
import { DiskRules } from './disk.js';
import { OrderRules } from './order.js';
import type { ZabNode } from '../state/node.js';
import type { ZabProgram } from '../program.js';
import { formatZxid } from '../state/zxid.js';

interface Watched {
  incarnation: number;
  disk: DiskRules;
  delivered: number;
  /** The epoch that it leads, 0 for none. */
  leads: number;
}

/**
 * Watches all servers of one run of our ZAB. What the paper proves (DSN 2011, sections 3 and 4): `integrity`,
 * `total order`, `agreement` (all deliver prefixes of one sequence), `local primary order`, `global primary
 * order`, `primary integrity`. What that rests on, so that the first broken step is named and not a later one:
 *
 * - `one leader per epoch`, `zxid uniqueness`;
 * - `promise of an epoch`: what a server has accepted it knows after a restart;
 * - `durable before answering`: nothing is acknowledged or promised before its sync is done;
 * - `commit by a quorum`: nothing is delivered before a quorum has it on disk.
 *
 * And what clients build on: `read freshness` of a sync, `single system image`, `session ownership`, `watch before
 * data`, `ephemeral lifetime`. It takes for granted that disks keep what they were asked to sync: in a durability mode that promises
 * less, a power cut may break all of this and no promise.
 */
class ZabMonitor implements ProtocolMonitor {
  private readonly quorum: number;
  private readonly servers = new Map<string, Watched>();
  private readonly order = new OrderRules();
  private readonly clients = new ClientRules();

  constructor(members: readonly string[]) {
    this.quorum = Math.floor(members.length / 2) + 1;
  }

  observe({ node: name, program, input, effects }: ObservedStep): void {
    const { state } = program as ZabProgram;
    if (input.kind === 'start') this.begin(name, state);
    const server = this.servers.get(name);
    if (!server) throw new Error(`${name} was not seen to start`);
    this.hear(server, state, input);
    for (const effect of effects) this.write(server, state, effect);
    this.lead(server, state);
    this.deliver(server, state);
    for (const effect of effects) this.say(server, state, effect);
  }

  private begin(name: string, state: Readonly<ZabNode>): void {
    const known = this.servers.get(name);
    const disk = known?.disk ?? new DiskRules(name);
    const incarnation = (known?.incarnation ?? 0) + 1;
    this.servers.set(name, { incarnation, disk, delivered: 0, leads: 0 });
    disk.started(state.log.last, state.epochs);
    this.clients.forget(name);
  }

  private hear({ disk }: Watched, state: Readonly<ZabNode>, input: Input): void {
    if (input.kind === 'synced') disk.synced(input.token);
    else if (input.kind === 'request') this.clients.requested(state, input);
  }

  private write({ disk }: Watched, state: Readonly<ZabNode>, effect: Effect): void {
    if (effect.kind === 'append') {
      const records = effect.records as unknown as readonly LogRecord[];
      disk.appended(records);
      if (state.role === 'leading') this.propose(state, records);
    } else if (effect.kind === 'checkpoint') {
      const records = effect.records as unknown as readonly LogRecord[];
      const { zxid } = effect.snapshot as unknown as Snapshot;
      disk.replaced(Math.max(zxid, state.log.last), records);
    } else if (effect.kind === 'sync') disk.syncAsked(effect.token);
  }

  private propose(state: Readonly<ZabNode>, records: readonly LogRecord[]): void {
    for (const record of records) {
      if (!('zxid' in record)) continue;
      this.order.proposed(state, record);
      this.clients.proposed(record);
    }
  }

  private lead(server: Watched, state: Readonly<ZabNode>): void {
    const leads = state.leading?.phase === 'broadcast' ? state.epochs.current : 0;
    if (leads !== 0 && leads !== server.leads) {
      this.order.established(`${state.name}, start ${server.incarnation}`, state);
    }
    server.leads = leads;
  }

  private deliver(server: Watched, state: Readonly<ZabNode>): void {
    for (const { zxid, transaction } of state.deliveries) {
      if (transaction) {
        if (this.order.deliver(state.name, server.delivered, transaction)) {
          this.checkQuorum(state.name, zxid);
          this.clients.delivered(transaction);
        }
      } else this.order.restored(state.name, zxid);
      server.delivered = zxid;
    }
  }

  private checkQuorum(name: string, zxid: number): void {
    const durable = [...this.servers.values()].filter(({ disk }) => disk.last >= zxid);
    if (durable.length >= this.quorum) return;
    const detail = `${name} delivers ${formatZxid(zxid)}, which ${durable.length} have on disk`;
    throw new BrokenInvariant('commit by a quorum', detail);
  }

  private say({ disk }: Watched, state: Readonly<ZabNode>, effect: Effect): void {
    if (effect.kind === 'send') disk.sent(effect.message as unknown as Message);
    else if (effect.kind === 'reply') this.clients.answered(state, effect);
  }
}

/** A monitor of all servers of one run, who know each other as `members`. */
export function createZabMonitor(members: readonly string[]): ProtocolMonitor {
  return new ZabMonitor(members);
}
