import type { Link } from '../../harness/contracts/cluster.js';

/** What decides which links a partition cuts. */
export interface Split {
  /** All nodes, by name. */
  names: readonly string[];
  /** The same nodes in the order that was drawn. */
  order: readonly string[];
  /** Whom `isolate-leader` isolates. */
  leader: string;
  /** How many nodes `one-way` silences, and which of their directions. */
  groupSize: number;
  direction: 'outbound' | 'inbound';
}

/** The links that each kind of partition cuts. */
export const SPLITS = {
  /** The first half, by name, and the others. */
  halves: ({ names }) => between(...splitAt(names, half(names))),
  'random-halves': ({ order }) => between(...splitAt(order, half(order))),
  'isolate-one': ({ order }) => between(...splitAt(order, 1)),
  'isolate-leader': ({ names, leader }) =>
    between(
      [leader],
      names.filter((name) => name !== leader),
    ),
  /** Every node sees a majority, and no two of them the same one. */
  'majorities-ring': ({ order }) => outsideRing(order),
  /** Two halves that do not see each other, and one node that sees both. */
  bridge: ({ order }) => {
    const rest = order.slice(1);
    return between(...splitAt(rest, half(rest)));
  },
  /** A group whose messages are lost, or that hears nothing; the other direction stays open. */
  'one-way': ({ order, groupSize, direction }) => {
    const [group, others] = splitAt(order, groupSize);
    return direction === 'outbound' ? oneWay(group, others) : oneWay(others, group);
  },
} satisfies Record<string, (split: Split) => Link[]>;

function half(names: readonly string[]): number {
  return Math.floor(names.length / 2);
}

function splitAt(names: readonly string[], size: number): [string[], string[]] {
  return [names.slice(0, size), names.slice(size)];
}

function oneWay(senders: readonly string[], receivers: readonly string[]): Link[] {
  return senders.flatMap((from) => receivers.map((to) => ({ from, to })));
}

/** Both directions of every link between these and those. */
export function between(left: readonly string[], right: readonly string[]): Link[] {
  return [...oneWay(left, right), ...oneWay(right, left)];
}

/**
 * Cuts what lies further apart on a ring than each node needs for a majority, as Jepsen's majorities-ring
 * does. Three nodes are a ring in which everyone sees everyone, so there the ring is opened: the ends of
 * the line see only the middle.
 */
function outsideRing(order: readonly string[]): Link[] {
  const count = order.length;
  if (count === 3) return between([order[0]], [order[2]]);
  const reach = Math.ceil(Math.floor(count / 2) / 2);
  const distance = (a: number, b: number): number =>
    Math.min((a - b + count) % count, (b - a + count) % count);
  return order.flatMap((from, a) =>
    order.filter((_, b) => distance(a, b) > reach).map((to) => ({ from, to })),
  );
}

/** Throws where there is no such partition. */
export function splitOf(variant: string): (split: Split) => Link[] {
  const found = Object.entries(SPLITS).find(([name]) => name === variant);
  if (found === undefined) throw new Error(`there is no partition ${variant}`);
  return found[1];
}
