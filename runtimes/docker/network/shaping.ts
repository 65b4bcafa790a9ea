import { SIDE_PORT } from './rules.js';

/** How what passes a link is slowed or disturbed. */
export interface LinkShape {
  delayMs?: number;
  jitterMs?: number;
  /** Bits per second. */
  bandwidth?: number;
  /** Share of packets that overtake those before them. */
  reorderPercent?: number;
}

/** One node's shapes: towards each node, towards clients (all others), and from clients. */
export interface NodeShapes {
  /** Every node's address, with the shape of the way there if it has one. */
  members: readonly { address: string; shape?: LinkShape }[];
  toClients?: LinkShape;
  fromClients?: LinkShape;
}

/** No limit: above what a bridge carries. Classes need a rate. */
const UNLIMITED = 'rate 100gbit quantum 60000';
export const DEVICE = 'eth0';
/** Arriving packets take a turn over it, so that they can be queued. */
export const INGRESS = 'ifb0';
/** Classes: 1 is the default, then one for each member, and one for what goes to clients. */
const FIRST_MEMBER = 2;
const TO_CLIENTS = 99;

/** Where the shape of a link works: the device, and the handles of what tc calls queueing disciplines. */
export interface ShapePlace {
  device: string;
  handles: readonly string[];
}

/** Towards the member of this index. */
export function placeToMember(index: number): ShapePlace {
  return placeOf(DEVICE, FIRST_MEMBER + index);
}

export const placeToClients: ShapePlace = placeOf(DEVICE, TO_CLIENTS);
export const placeFromClients: ShapePlace = placeOf(INGRESS, FIRST_MEMBER);

/** tc writes and reads these numbers as hexadecimal ones; as all have decimal digits, nobody needs to know. */
function placeOf(device: string, id: number): ShapePlace {
  return { device, handles: [handle(id), innerHandle(id)] };
}

function handle(id: number): string {
  return `${100 + id}:`;
}

function innerHandle(id: number): string {
  return `${200 + id}:`;
}

/**
 * The lines of `tc -batch` input that give a node's device these shapes; before them it must have none
 * (`clear_shapes`). A tree of classes (htb) parts traffic by where it goes; the leaf does the work: netem delays
 * and reorders, tbf limits the rate, the one inside the other where both are asked for (tc-netem(8), tc-tbf(8)).
 * The side way goes through the default class, which has no limit.
 */
export function renderShaping({ members, toClients, fromClients }: NodeShapes): string {
  const lines: string[] = [];
  if (toClients !== undefined || members.some(({ shape }) => shape !== undefined)) {
    lines.push(...tree(DEVICE), filter(DEVICE, 1, `match ip sport ${SIDE_PORT} 0xffff`, 1));
    members.forEach(({ address, shape }, index) => {
      if (shape === undefined) return;
      lines.push(...leaf(DEVICE, FIRST_MEMBER + index, shape));
      lines.push(filter(DEVICE, 2, `match ip dst ${address}/32`, FIRST_MEMBER + index));
    });
  }
  if (toClients !== undefined) {
    lines.push(...members.map(({ address }) => filter(DEVICE, 3, `match ip dst ${address}/32`, 1)));
    lines.push(...leaf(DEVICE, TO_CLIENTS, toClients));
    lines.push(filter(DEVICE, 4, 'match u32 0 0', TO_CLIENTS));
  }
  if (fromClients !== undefined) lines.push(...ingress(members, fromClients));
  return lines.join('\n');
}

function tree(device: string): string[] {
  return [
    `qdisc add dev ${device} root handle 1: htb default 1`,
    `class add dev ${device} parent 1: classid 1:1 htb ${UNLIMITED}`,
  ];
}

function leaf(device: string, id: number, shape: LinkShape): string[] {
  const { bandwidth } = shape;
  const add = `qdisc add dev ${device} parent`;
  const lines = [`class add dev ${device} parent 1: classid 1:${id} htb ${UNLIMITED}`];
  const delayed = Boolean(shape.delayMs) || Boolean(shape.reorderPercent);
  if (delayed) lines.push(`${add} 1:${id} handle ${handle(id)} ${netem(shape)}`);
  if (!bandwidth) return lines;
  const [parent, inner] = delayed ? [`${handle(id)}1`, innerHandle(id)] : [`1:${id}`, handle(id)];
  return [...lines, `${add} ${parent} handle ${inner} ${tbf(bandwidth)}`];
}

/** Priorities count from 1; the first filter that matches decides. */
function filter(device: string, priority: number, match: string, id: number): string {
  return `filter add dev ${device} parent 1: protocol ip prio ${priority} u32 ${match} flowid 1:${id}`;
}

/** Everything that arrives takes the turn; what does not come from clients passes through it at once. */
function ingress(members: NodeShapes['members'], shape: LinkShape): string[] {
  return [
    ...tree(INGRESS),
    ...leaf(INGRESS, FIRST_MEMBER, shape),
    filter(INGRESS, 1, `match ip dport ${SIDE_PORT} 0xffff`, 1),
    ...members.map(({ address }) => filter(INGRESS, 2, `match ip src ${address}/32`, 1)),
    filter(INGRESS, 3, 'match u32 0 0', FIRST_MEMBER),
    `qdisc add dev ${DEVICE} ingress`,
    `filter add dev ${DEVICE} parent ffff: protocol ip prio 1 u32 match u32 0 0` +
      ` action mirred egress redirect dev ${INGRESS}`,
  ];
}

/**
 * Tokens for ten milliseconds may be saved up, and never less than for two packets; a quarter of a second of
 * traffic may queue. What is larger, a segment offload, is cut to size by the kernel.
 */
function tbf(bitsPerSecond: number): string {
  const burstBytes = Math.max(4096, Math.ceil(bitsPerSecond / 800));
  return `tbf rate ${bitsPerSecond}bit burst ${burstBytes} latency 250ms`;
}

function netem({ delayMs = 0, jitterMs = 0, reorderPercent }: LinkShape): string {
  // netem draws from [delay - jitter, delay + jitter]; ours is [delay, delay + jitter].
  const delay = `netem limit 10000 delay ${delayMs + jitterMs / 2}ms ${jitterMs / 2}ms`;
  return reorderPercent ? `${delay} reorder ${reorderPercent}%` : delay;
}
