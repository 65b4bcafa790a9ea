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
export function createZabMonitor(members: readonly string[]): ProtocolMonitor {
  const quorum = Math.floor(members.length / 2) + 1;
  const servers = new Map<string, Watched>();
  const order = new OrderRules();
  const clients = new ClientRules();

  return {
    observe({ node: name, program, input, effects }: ObservedStep): void {
      const { state } = program as ZabProgram;
      if (input.kind === 'start') begin(name, state);
      const server = servers.get(name);
      if (!server) throw new Error(`${name} was not seen to start`);
      hear(server, state, input);
      for (const effect of effects) write(server, state, effect);
      lead(server, state);
      deliver(server, state);
      for (const effect of effects) say(server, state, effect);
    },
  };

  function begin(name: string, state: Readonly<ZabNode>): void {
    const known = servers.get(name);
    const disk = known?.disk ?? new DiskRules(name);
    const incarnation = (known?.incarnation ?? 0) + 1;
    servers.set(name, { incarnation, disk, delivered: 0, leads: 0 });
    disk.started(state.log.last, state.epochs);
    clients.forget(name);
  }

  function hear({ disk }: Watched, state: Readonly<ZabNode>, input: Input): void {
    if (input.kind === 'synced') disk.synced(input.token);
    else if (input.kind === 'request') clients.requested(state, input);
  }

  function write({ disk }: Watched, state: Readonly<ZabNode>, effect: Effect): void {
    if (effect.kind === 'append') {
      const records = effect.records as unknown as readonly LogRecord[];
      disk.appended(records);
      if (state.role !== 'leading') return;
      for (const record of records) {
        if (!('zxid' in record)) continue;
        order.proposed(state, record);
        clients.proposed(record);
      }
    } else if (effect.kind === 'checkpoint') {
      const records = effect.records as unknown as readonly LogRecord[];
      const { zxid } = effect.snapshot as unknown as Snapshot;
      disk.replaced(Math.max(zxid, state.log.last), records);
    } else if (effect.kind === 'sync') disk.syncAsked(effect.token);
  }

  function lead(server: Watched, state: Readonly<ZabNode>): void {
    const leads = state.leading?.phase === 'broadcast' ? state.epochs.current : 0;
    if (leads !== 0 && leads !== server.leads) {
      order.established(`${state.name}, start ${server.incarnation}`, state);
    }
    server.leads = leads;
  }

  function deliver(server: Watched, state: Readonly<ZabNode>): void {
    for (const { zxid, transaction } of state.deliveries) {
      if (transaction) {
        if (order.deliver(state.name, server.delivered, transaction)) {
          checkQuorum(state.name, zxid);
          clients.delivered(transaction);
        }
      } else order.restored(state.name, zxid);
      server.delivered = zxid;
    }
  }

  function checkQuorum(name: string, zxid: number): void {
    const durable = [...servers.values()].filter(({ disk }) => disk.last >= zxid);
    if (durable.length >= quorum) return;
    const detail = `${name} delivers ${formatZxid(zxid)}, which ${durable.length} have on disk`;
    throw new BrokenInvariant('commit by a quorum', detail);
  }

  function say({ disk }: Watched, state: Readonly<ZabNode>, effect: Effect): void {
    if (effect.kind === 'send') disk.sent(effect.message as unknown as Message);
    else if (effect.kind === 'reply') clients.answered(state, effect);
  }
}
