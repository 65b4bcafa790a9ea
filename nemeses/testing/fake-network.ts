import type { HeldBack, Link, Network, ShapedTraffic } from '../../harness/contracts/cluster.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { FakeNode } from './fake-node.js';

const keyOf = ({ from, to }: Link): string => `${from}>${to}`;

/** What shaped links do to traffic; the names of what is counted. */
type ShapeEffect = Exclude<keyof ShapedTraffic, 'links'>;

/** Links in memory. The `deafTo…` make it a network on which these faults take no effect. */
export class FakeNetwork implements Network {
  readonly capabilities = new Set([
    'cut',
    'delay',
    'loss',
    'bandwidth',
    'reorder',
    'duplicate',
  ] as const);
  readonly blocked = new Set<string>();
  readonly delays = new Map<string, number>();
  /** Since when each link loses packets, by the clock; and what healed links have lost. */
  private readonly lossy = new Map<string, number>();
  private lostBefore = 0;
  /** What the shape of each link that has one does, and since when; a healed link's counts are forgotten. */
  readonly shapes = new Map<string, { effect: ShapeEffect; since: number }>();
  deafToCuts = false;
  deafToShapes = false;
  /** Links are shaped, but nothing passes that would feel it. */
  idle = false;
  deafToDelays = false;
  deafToHealing = false;

  constructor(
    private readonly nodes: readonly FakeNode[],
    private readonly clock: Clock,
  ) {}

  async cut(links: readonly Link[]): Promise<void> {
    if (!this.deafToCuts) links.forEach((link) => this.blocked.add(keyOf(link)));
  }
  async delay(links: readonly Link[], { delayMs }: { delayMs: number }): Promise<void> {
    if (!this.deafToDelays) links.forEach((link) => this.delays.set(keyOf(link), delayMs));
  }
  async loss(links: readonly Link[]): Promise<void> {
    links.forEach((link) => this.lossy.set(keyOf(link), this.clock.now()));
  }
  /** A byte is lost on each lossy link in a millisecond. */
  async heldBack(): Promise<HeldBack> {
    const now = this.clock.now();
    const lost = [...this.lossy.values()].reduce((sum, since) => sum + (now - since) / 1e6, 0);
    return { bytes: this.lostBefore + lost, connections: 0 };
  }
  async bandwidth(links: readonly Link[]): Promise<void> {
    this.shape(links, 'waits');
  }
  async reorder(links: readonly Link[]): Promise<void> {
    this.shape(links, 'reordered');
  }
  async duplicate(links: readonly Link[]): Promise<void> {
    this.shape(links, 'duplicated');
  }
  /** A packet feels each shaped link in a millisecond. */
  async shaped(links: readonly Link[]): Promise<ShapedTraffic> {
    const traffic = { links: 0, waits: 0, dropped: 0, reordered: 0, duplicated: 0 };
    for (const shape of links.flatMap((link) => this.shapes.get(keyOf(link)) ?? [])) {
      traffic.links += 1;
      if (!this.idle) traffic[shape.effect] += (this.clock.now() - shape.since) / 1e6;
    }
    return traffic;
  }
  async heal(links?: readonly Link[]): Promise<void> {
    if (this.deafToHealing) return;
    this.lostBefore = (await this.heldBack()).bytes;
    this.lossy.clear();
    const disturbed = [...this.blocked, ...this.delays.keys(), ...this.shapes.keys()];
    for (const key of links?.map(keyOf) ?? disturbed) {
      this.blocked.delete(key);
      this.delays.delete(key);
      this.shapes.delete(key);
    }
  }
  async probe(link: Link, timeoutMs: number): Promise<boolean> {
    const ends = this.nodes.filter(({ name }) => name === link.from || name === link.to);
    const delayMs = 1 + (this.delays.get(keyOf(link)) ?? 0);
    const passes = !this.blocked.has(keyOf(link)) && ends.every(({ state }) => state === 'running');
    await this.clock.sleep(passes ? Math.min(delayMs, timeoutMs) : timeoutMs);
    return passes && delayMs <= timeoutMs;
  }

  private shape(links: readonly Link[], effect: ShapeEffect): void {
    if (this.deafToShapes) return;
    for (const link of links) this.shapes.set(keyOf(link), { effect, since: this.clock.now() });
  }
}
