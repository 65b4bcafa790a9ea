import { SIDE_PORT } from './rules.js';

/** How what passes a link is slowed or disturbed. */
export interface LinkShape {
  delayMs?: number;
  jitterMs?: number;
  /** Bits per second. */
  bandwidth?: number;
  /** Share of packets that overtake those before them. */
  reorderPercent?: number;
  duplicatePercent?: number;
}

/** One node's shapes: towards each address, towards clients (all others), and from clients. */
export interface NodeShapes {
  toPeers: readonly { address: string; shape: LinkShape }[];
  toClients?: LinkShape;
  fromClients?: LinkShape;
  /** Addresses of all nodes. */
  members: readonly string[];
}

/** No limit: above what a bridge carries. Classes need a rate. */
const UNLIMITED = 'rate 100gbit quantum 60000';
const DEVICE = 'eth0';
const INGRESS = 'ifb0';

export function needsNetem(shape: LinkShape): boolean {
  return [shape.delayMs, shape.reorderPercent, shape.duplicatePercent].some(Boolean);
}

/**
 * The lines of `tc -batch` input that give a node's device these shapes; before them it must have none
 * (`clearShaping`). A tree of classes (htb) parts traffic by where it goes; the leaf does the work: netem where
 * packets are delayed, reordered or doubled, else tbf where only the rate is limited (tc-netem(8), tc-tbf(8)).
 * The side way goes through the default class, which has no limit.
 */
export function renderShaping(shapes: NodeShapes): string {
  const { toPeers, toClients, fromClients, members } = shapes;
  const lines: string[] = [];
  if (toPeers.length > 0 || toClients !== undefined) {
    lines.push(...tree(DEVICE), filter(DEVICE, 1, `match ip sport ${SIDE_PORT} 0xffff`, 1));
    toPeers.forEach(({ address, shape }, index) => {
      lines.push(...leaf(DEVICE, index + 2, shape));
      lines.push(filter(DEVICE, 2, `match ip dst ${address}/32`, index + 2));
    });
  }
  if (toClients !== undefined) {
    lines.push(...members.map((ip) => filter(DEVICE, 3, `match ip dst ${ip}/32`, 1)));
    lines.push(...leaf(DEVICE, 99, toClients), filter(DEVICE, 4, 'match u32 0 0', 99));
  }
  if (fromClients !== undefined) lines.push(...ingress(members, fromClients));
  return lines.join('\n');
}

/** Shell lines that take every shape away; where there is none, nothing happens. */
export const clearShaping = [
  `tc qdisc del dev ${DEVICE} root`,
  `tc qdisc del dev ${DEVICE} ingress`,
  `ip link del ${INGRESS}`,
]
  .map((command) => `${command} 2>/dev/null || true`)
  .join('\n');

/** The device that arriving packets take a turn over, so that they can be queued: to be made before the batch. */
export const makeIngressDevice = `ip link add ${INGRESS} type ifb && ip link set ${INGRESS} up`;

function tree(device: string): string[] {
  return [
    `qdisc add dev ${device} root handle 1: htb default 1`,
    `class add dev ${device} parent 1: classid 1:1 htb ${UNLIMITED}`,
  ];
}

function leaf(device: string, id: number, shape: LinkShape): string[] {
  return [
    `class add dev ${device} parent 1: classid 1:${id} htb ${UNLIMITED}`,
    `qdisc add dev ${device} parent 1:${id} handle ${100 + id}: ${discipline(shape)}`,
  ];
}

/** Priorities count from 1; the first filter that matches decides. */
function filter(device: string, priority: number, match: string, id: number): string {
  return `filter add dev ${device} parent 1: protocol ip prio ${priority} u32 ${match} flowid 1:${id}`;
}

/** Everything that arrives takes the turn; what does not come from clients passes through it at once. */
function ingress(members: readonly string[], shape: LinkShape): string[] {
  return [
    ...tree(INGRESS),
    ...leaf(INGRESS, 2, shape),
    filter(INGRESS, 1, `match ip dport ${SIDE_PORT} 0xffff`, 1),
    ...members.map((ip) => filter(INGRESS, 2, `match ip src ${ip}/32`, 1)),
    filter(INGRESS, 3, 'match u32 0 0', 2),
    `qdisc add dev ${DEVICE} ingress`,
    `filter add dev ${DEVICE} parent ffff: protocol ip prio 1 u32 match u32 0 0` +
      ` action mirred egress redirect dev ${INGRESS}`,
  ];
}

function discipline(shape: LinkShape): string {
  const { delayMs = 0, jitterMs = 0, bandwidth, reorderPercent, duplicatePercent } = shape;
  // A quarter of a second of traffic may queue; a whole segment offload must fit the bucket.
  if (!needsNetem(shape)) return `tbf rate ${bandwidth}bit burst 128kb latency 250ms`;
  const parts = ['netem limit 10000'];
  // netem draws from [delay - jitter, delay + jitter]; ours is [delay, delay + jitter].
  parts.push(`delay ${delayMs + jitterMs / 2}ms ${jitterMs / 2}ms`);
  if (reorderPercent) parts.push(`reorder ${reorderPercent}%`);
  if (duplicatePercent) parts.push(`duplicate ${duplicatePercent}%`);
  if (bandwidth) parts.push(`rate ${bandwidth}bit`);
  return parts.join(' ');
}
