import {
  CLIENTS,
  type Capability,
  type HeldBack,
  type Link,
  type Network,
  type ShapedTraffic,
} from '../../../harness/contracts/cluster.js';
import type { Clock } from '../../../harness/environment/environment.js';
import { call } from '../shell/library.js';
import { addTraffic, counterScript, parseCounters, trafficOf } from './counters.js';
import { type Endpoint, Endpoints } from './endpoints.js';
import { Enforcement } from './enforcement.js';
import type { Helper } from './helper.js';
import { networkLibrary } from './library.js';
import { Prober } from './probes.js';
import type { LinkShape } from './shaping.js';
import { type LinkState, OPEN, WantedLinks } from './wanted-links.js';

/**
 * The links of a cluster of containers. What is wanted of each link is kept here; a change of it is put
 * in force on the nodes that it touches.
 */
export class DockerNetwork implements Network {
  readonly capabilities: ReadonlySet<Capability>;
  loss?: Network['loss'];
  bandwidth?: Network['bandwidth'];
  delay?: Network['delay'];
  reorder?: Network['reorder'];
  duplicate?: Network['duplicate'];
  reset?: Network['reset'];
  private readonly helper: Helper;
  private readonly endpoints: Endpoints;
  private readonly gateway: string;
  private readonly prober: Prober;
  private readonly links = new WantedLinks();
  private readonly enforcement: Enforcement;

  constructor(
    helper: Helper,
    endpoints: readonly Endpoint[],
    gateway: string,
    capabilities: ReadonlySet<Capability>,
    clock: Clock,
  ) {
    this.helper = helper;
    this.endpoints = new Endpoints(endpoints);
    this.enforcement = new Enforcement(helper, this.endpoints, this.links);
    this.gateway = gateway;
    this.capabilities = capabilities;
    this.prober = new Prober(helper, clock);
    this.offer();
  }

  /** Puts the open rules in force: the side way of every node's status, and the places where probes are noted. */
  async open(): Promise<void> {
    await this.enforcement.apply(this.endpoints.names, [], 'prepare the nodes’ networks');
  }

  cut(links: readonly Link[]): Promise<void> {
    return this.change(links, 'cut links', (state) => ({ ...state, cut: true }));
  }

  heal(links?: readonly Link[]): Promise<void> {
    return this.change(links ?? this.links.disturbed, 'heal links', () => OPEN);
  }

  async heldBack(links: readonly Link[]): Promise<HeldBack> {
    const counters = links.map((link) => this.endpoints.counters(link));
    const calls = counters.flatMap(({ pid, names }) =>
      names.map((name) => call('print_counter', pid, name)),
    );
    const output = await this.helper.run(networkLibrary(...calls), 'read the counters of cuts');
    const held = { bytes: 0, connections: 0 };
    output
      .trim()
      .split('\n')
      .forEach((line, index) => {
        const found = /packets (\d+) bytes (\d+)/.exec(line);
        held.bytes += Number(found?.[2] ?? 0);
        if (index % 2 === 0) held.connections += Number(found?.[1] ?? 0);
      });
    return held;
  }

  async shaped(links: readonly Link[]): Promise<ShapedTraffic> {
    const keepers = new Set(links.map(({ from, to }) => (from === CLIENTS ? to : from)));
    const parts = [...keepers].map(async (name) => {
      const kept = links.filter(({ from, to }) => (from === CLIENTS ? to : from) === name);
      const devices = new Set(kept.map((link) => this.endpoints.place(link).device));
      const peers = kept.map(({ to }) => to).filter((to) => to !== CLIENTS && to !== name);
      const script = counterScript(this.endpoints.get(name).pid, [...devices], peers);
      const counters = parseCounters(await this.helper.run(script, 'read the counters of shapes'));
      return kept.map((link) => trafficOf(counters, this.endpoints.place(link), link.to));
    });
    return addTraffic((await Promise.all(parts)).flat());
  }

  /**
   * A datagram is sent in the one node's network namespace and noted in the other's, behind every rule that
   * may drop it. To clients it is noted as it leaves the node: what lies behind is the host's.
   */
  async probe({ from, to }: Link, timeoutMs: number): Promise<boolean> {
    const ends = [from, to]
      .filter((name) => name !== CLIENTS)
      .map((name) => this.endpoints.get(name));
    if (ends.some((end) => end.state() !== 'running')) return false;
    const toClients = to === CLIENTS;
    const way = {
      fromPid: from === CLIENTS ? undefined : this.endpoints.get(from).pid,
      toAddress: toClients ? this.gateway : this.endpoints.get(to).address,
      noted: toClients
        ? ({ pid: this.endpoints.get(from).pid, set: 'left' } as const)
        : ({ pid: this.endpoints.get(to).pid, set: 'seen' } as const),
    };
    return this.prober.probe(way, timeoutMs);
  }

  /** What this machine's kernel cannot do stays absent. */
  private offer(): void {
    const can = this.capabilities;
    if (can.has('loss')) {
      this.loss = (links, { percent }) =>
        this.change(links, 'lose packets', (state) => ({ ...state, lossPercent: percent }));
    }
    if (can.has('bandwidth')) {
      this.bandwidth = (links, { bitsPerSecond }) =>
        this.change(links, 'limit the bandwidth', shapeTo({ bandwidth: bitsPerSecond }));
    }
    if (can.has('delay')) {
      this.delay = (links, shape) => this.change(links, 'delay links', shapeTo(shape));
    }
    if (can.has('reorder')) {
      this.reorder = (links, { percent, delayMs }) =>
        this.change(links, 'reorder packets', shapeTo({ reorderPercent: percent, delayMs }));
    }
    if (can.has('duplicate')) {
      this.duplicate = (links, { percent }) => this.duplicateOn(links, percent);
    }
    if (can.has('reset')) this.reset = (links) => this.resetAll(links);
  }

  private async duplicateOn(links: readonly Link[], percent: number): Promise<void> {
    if (links.some(({ from, to }) => from === CLIENTS || to === CLIENTS)) {
      throw new RangeError('Only packets between nodes can be doubled, not those of clients.');
    }
    const change = (state: LinkState): LinkState => ({ ...state, duplicatePercent: percent });
    await this.change(links, 'duplicate packets', change);
  }

  /** Both ends of each connection learn of it: the kernel ends the one, which resets the other. */
  private async resetAll(links: readonly Link[]): Promise<number> {
    const calls = links.map(({ from, to }) => {
      const node = this.endpoints.get(to === CLIENTS ? from : to);
      const peer = to === CLIENTS ? to : from;
      const whom =
        peer === CLIENTS
          ? ['127.0.0.0/8', ...this.endpoints.addresses.values()]
              .map((ip) => `not dst ${ip}`)
              .join(' and ')
          : `dst ${this.endpoints.get(peer).address}`;
      return call('end_connections', node.pid, `( ${whom} )`);
    });
    const output = await this.helper.run(networkLibrary(...calls), 'reset connections');
    return output.split('\n').reduce((sum, count) => sum + Number(count), 0);
  }

  private async change(
    links: readonly Link[],
    doing: string,
    change: (state: LinkState) => LinkState,
  ): Promise<void> {
    const fresh = this.links.change(links, change);
    // A node's rules are about what it receives, its shapes about what it sends.
    const touched = new Set(links.flatMap(({ from, to }) => [from, to]));
    touched.delete(CLIENTS);
    if (touched.size > 0) await this.enforcement.apply([...touched], fresh, doing);
  }
}

function shapeTo(shape: LinkShape): (state: LinkState) => LinkState {
  return (state) => ({ ...state, ...shape });
}
