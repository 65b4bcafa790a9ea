import type { ShapedTraffic } from '../../../harness/contracts/cluster.js';
import { call } from '../shell/library.js';
import { networkLibrary } from './library.js';
import { copyCounter } from './rules.js';
import type { ShapePlace } from './shaping.js';

/** What one node's kernel says of its shapes. */
export interface NodeCounters {
  /** By device and handle: `eth0 103:`. */
  disciplines: ReadonlyMap<string, Discipline>;
  /** Copies sent, by peer; only of links on which packets are doubled now. */
  copies: ReadonlyMap<string, number>;
}

/** A queueing discipline as `tc -s qdisc` shows it. */
interface Discipline {
  kind: string;
  dropped: number;
  /** Of tbf: times that the next packet had to wait for tokens. */
  overlimits: number;
  /** Of netem: packets that were put before those that wait (sch_netem.c, `netem_enqueue`). */
  requeues: number;
}

/** Prints what `parseCounters` reads, for these devices and peers of the node of this process. */
export function counterScript(
  pid: number,
  devices: readonly string[],
  peers: readonly string[],
): string {
  return networkLibrary(
    ...devices.map((device) => call('print_shapes', pid, device)),
    ...peers.map((peer) => call('print_copies', pid, copyCounter(peer))),
  );
}

/** Reads what `counterScript` printed; longer output of the same commands is as good. */
export function parseCounters(output: string): NodeCounters {
  const disciplines = new Map<string, Discipline>();
  const copies = new Map<string, number>();
  let device = '';
  let discipline: Discipline | undefined;
  let peer = '';
  for (const line of output.split('\n')) {
    const found = (pattern: RegExp): string[] | undefined => pattern.exec(line)?.slice(1);
    const [foundDevice] = found(/^device (\S+)/) ?? [];
    const [kind, handle] = found(/^qdisc (\S+) (\S+)/) ?? [];
    const counts = found(/\(dropped (\d+), overlimits (\d+) requeues (\d+)\)/);
    const [foundPeer] = found(/counter copies_to_(\S+)/) ?? [];
    const [packets] = found(/^\s*packets (\d+)/) ?? [];
    if (foundDevice) device = foundDevice;
    if (kind) {
      discipline = { kind, dropped: 0, overlimits: 0, requeues: 0 };
      disciplines.set(`${device} ${handle}`, discipline);
    }
    if (counts && discipline) {
      const [dropped, overlimits, requeues] = counts.map(Number);
      Object.assign(discipline, { dropped, overlimits, requeues });
    }
    if (foundPeer) peer = foundPeer;
    if (packets) copies.set(peer, Number(packets));
  }
  return { disciplines, copies };
}

/** What the shapes of one link have done, by its sender's counters (its receiver's for what clients send). */
export function trafficOf(
  { disciplines, copies }: NodeCounters,
  { device, handles }: ShapePlace,
  to: string,
): ShapedTraffic {
  const here = handles.flatMap((handle) => disciplines.get(`${device} ${handle}`) ?? []);
  const limits = here.filter(({ kind }) => kind === 'tbf');
  const sum = (counts: readonly number[]): number => counts.reduce((all, each) => all + each, 0);
  return {
    links: here.length > 0 || copies.has(to) ? 1 : 0,
    waits: sum(limits.map(({ overlimits }) => overlimits)),
    dropped: sum(limits.map(({ dropped }) => dropped)),
    reordered: sum(here.filter(({ kind }) => kind === 'netem').map(({ requeues }) => requeues)),
    duplicated: copies.get(to) ?? 0,
  };
}

/** What shapes have done on all these links together. */
export function addTraffic(parts: readonly ShapedTraffic[]): ShapedTraffic {
  const sum = (key: keyof ShapedTraffic): number => parts.reduce((all, each) => all + each[key], 0);
  return {
    links: sum('links'),
    waits: sum('waits'),
    dropped: sum('dropped'),
    reordered: sum('reordered'),
    duplicated: sum('duplicated'),
  };
}
