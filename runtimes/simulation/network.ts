import {
  CLIENTS,
  type Capability,
  type HeldBack,
  type Link,
  type Network,
  type ShapedTraffic,
} from '../../harness/contracts/cluster.js';
import type { VirtualClock } from '../../harness/environment/virtual.js';
import type { Random } from '../../harness/environment/random.js';
import { instantIn, remainingMs } from '../../harness/environment/elapsed.js';
import { type Parcel, SimulatedLink } from './link.js';

/** A probe that was lost is sent anew after this long. */
const RESEND_MS = 80;
const PROBE_BYTES = 64;

export const NETWORK_CAPABILITIES: ReadonlySet<Capability> = new Set([
  'cut',
  'delay',
  'loss',
  'bandwidth',
  'reorder',
  'duplicate',
]);

/** Every direction between any two nodes, and between the clients and each node. */
export class SimulatedNetwork implements Network {
  readonly capabilities = NETWORK_CAPABILITIES;
  private readonly links = new Map<string, Map<string, SimulatedLink>>();

  /** @param isRunning whether a node is there to send or to take a probe */
  constructor(
    names: readonly string[],
    private readonly clock: VirtualClock,
    random: Random,
    private readonly isRunning: (name: string) => boolean,
  ) {
    const endpoints = [CLIENTS, ...names];
    for (const from of endpoints) {
      const row = new Map<string, SimulatedLink>();
      for (const to of endpoints) {
        const link = { from, to };
        if (from !== to) {
          row.set(to, new SimulatedLink(link, clock.quiet, random.fork(`${from}>${to}`)));
        }
      }
      this.links.set(from, row);
    }
  }

  send(from: string, to: string, parcel: Parcel): void {
    this.link({ from, to }).send(parcel);
  }

  cut(links: readonly Link[]): Promise<void> {
    return this.each(links, (link) => link.cut());
  }

  delay(links: readonly Link[], parameters: { delayMs: number; jitterMs: number }): Promise<void> {
    return this.each(links, (link) => link.shape(parameters));
  }

  loss(links: readonly Link[], { percent }: { percent: number }): Promise<void> {
    return this.each(links, (link) => link.shape({ lossPercent: percent }));
  }

  bandwidth(links: readonly Link[], parameters: { bitsPerSecond: number }): Promise<void> {
    return this.each(links, (link) => link.shape(parameters));
  }

  reorder(
    links: readonly Link[],
    { percent, delayMs }: { percent: number; delayMs: number },
  ): Promise<void> {
    return this.each(links, (link) =>
      link.shape({ reorderPercent: percent, reorderDelayMs: delayMs }),
    );
  }

  duplicate(links: readonly Link[], { percent }: { percent: number }): Promise<void> {
    return this.each(links, (link) => link.shape({ duplicatePercent: percent }));
  }

  heal(links?: readonly Link[]): Promise<void> {
    const chosen =
      links ?? [...this.links.values()].flatMap((row) => [...row.values()].map(({ link }) => link));
    return this.each(chosen, (link) => link.heal());
  }

  heldBack(links: readonly Link[]): HeldBack {
    const counters = links.map((link) => this.link(link).counters);
    return {
      bytes: counters.reduce((sum, { heldBytes }) => sum + heldBytes, 0),
      connections: counters.reduce((sum, { heldParcels }) => sum + heldParcels, 0),
    };
  }

  shaped(links: readonly Link[]): ShapedTraffic {
    const chosen = links.map((link) => this.link(link));
    const sum = (name: 'waits' | 'dropped' | 'reordered' | 'duplicated'): number =>
      chosen.reduce((total, { counters }) => total + counters[name], 0);
    return {
      links: chosen.filter(({ isShaped }) => isShaped).length,
      waits: sum('waits'),
      dropped: sum('dropped'),
      reordered: sum('reordered'),
      duplicated: sum('duplicated'),
    };
  }

  /** Marks are sent from one end until one of them is seen at the other. */
  async probe({ from, to }: Link, timeoutMs: number): Promise<boolean> {
    let seen = false;
    const end = instantIn(this.clock, timeoutMs);
    const done = new AbortController();
    const arrive = (): void => {
      if (!this.isUp(to)) return;
      seen = true;
      this.clock.touch();
      done.abort();
    };
    while (!seen && this.clock.now() < end) {
      if (this.isUp(from))
        this.send(from, to, { arrive, isStream: false, bytes: () => PROBE_BYTES });
      const leftMs = remainingMs(this.clock, end);
      await this.clock.sleep(Math.min(RESEND_MS, leftMs), done.signal);
    }
    return seen;
  }

  private isUp(endpoint: string): boolean {
    return endpoint === CLIENTS || this.isRunning(endpoint);
  }

  private each(links: readonly Link[], action: (link: SimulatedLink) => void): Promise<void> {
    for (const link of links) action(this.link(link));
    return Promise.resolve();
  }

  private link({ from, to }: Link): SimulatedLink {
    const link = this.links.get(from)?.get(to);
    if (link === undefined) throw new Error(`There is no link from ${from} to ${to}.`);
    return link;
  }
}
