import type { Capability } from './capability.js';

/** The endpoint that stands for all clients in links: `{ from: CLIENTS, to: 'n1' }`. */
export const CLIENTS = 'clients';

/** One direction of the connection between two endpoints (nodes, or `CLIENTS`). */
export interface Link {
  from: string;
  to: string;
}

/** What a cut has stopped: bytes, and attempts to connect. */
export interface HeldBack {
  bytes: number;
  connections: number;
}

/**
 * What shapes (limits, reorderings, duplications) have done to some links' traffic, counted where they work.
 * A packet is a message where the network carries messages.
 */
export interface ShapedTraffic {
  /** How many of the links have such a shape now, as read back from where it works. */
  links: number;
  /** Times that a limit made a packet wait; one packet may count more than once. */
  waits: number;
  /** Packets that found no room, because they would have had to wait too long. */
  dropped: number;
  /** Packets that overtook others. */
  reordered: number;
  /** Copies that were sent beside their originals. */
  duplicated: number;
}

export interface Network {
  /** The capabilities below that are there. */
  readonly capabilities: ReadonlySet<Capability>;
  /** Lets nothing pass in these directions until `heal`. */
  cut(links: readonly Link[]): Promise<void>;
  /** Adds this delay to what passes; jitter is uniform in [0, jitterMs]. */
  delay?(links: readonly Link[], parameters: { delayMs: number; jitterMs: number }): Promise<void>;
  /** Loses this share of the packets, 0 to 100, each by its own random draw. */
  loss?(links: readonly Link[], parameters: { percent: number }): Promise<void>;
  /** Lets no more than this through; what waits too long is dropped. */
  bandwidth?(links: readonly Link[], parameters: { bitsPerSecond: number }): Promise<void>;
  /** Delays all packets but this share, which overtake. */
  reorder?(links: readonly Link[], parameters: { percent: number; delayMs: number }): Promise<void>;
  /** Sends this share of the packets twice. */
  duplicate?(links: readonly Link[], parameters: { percent: number }): Promise<void>;
  /** Breaks the connections that exist now; new ones succeed. */
  reset?(links: readonly Link[]): Promise<number>;
  /** Takes back everything but resets on these links, or on all. */
  heal(links?: readonly Link[]): Promise<void>;
  /** What cuts and losses have held back in these directions so far, where the runtime can count it. */
  heldBack?(links: readonly Link[]): HeldBack | Promise<HeldBack>;
  /**
   * What shapes have done in these directions so far. Present with `bandwidth`, `reorder` or `duplicate`.
   * Counters only grow while a shape stays as it is; a change of it may begin them again.
   */
  shaped?(links: readonly Link[]): ShapedTraffic | Promise<ShapedTraffic>;
  /** Whether something sent by `from` is seen to arrive at `to` in time: one direction, measured. */
  probe(link: Link, timeoutMs: number): Promise<boolean>;
}
