import {
  CLIENTS,
  type Capability,
  type HeldBack,
  type Link,
  type Network,
  type NodeState,
  type ShapedTraffic,
} from '../../../harness/contracts/cluster.js';
import type { Clock } from '../../../harness/environment/environment.js';
import { call } from '../shell/library.js';
import { addTraffic, counterScript, parseCounters, trafficOf } from './counters.js';
import type { Helper } from './helper.js';
import { networkLibrary } from './library.js';
import { Prober } from './probes.js';
import { cutCounters, renderRules, type LinkRule } from './rules.js';
import {
  DEVICE,
  INGRESS,
  placeFromClients,
  placeToClients,
  placeToMember,
  renderShaping,
  type LinkShape,
  type NodeShapes,
  type ShapePlace,
} from './shaping.js';

/** A node as the network sees it: a namespace that outlives its processes, with a fixed address. */
export interface Endpoint {
  name: string;
  address: string;
  /** A process in its network namespace, as the host counts. */
  pid: number;
  clientPort: number;
  state(): NodeState;
}

type LinkState = LinkRule & LinkShape;

const OPEN: LinkState = { cut: false, lossPercent: 0, duplicatePercent: 0 };
/** What a node's shapes are called when putting them in force has failed. */
const UNKNOWN = 'unknown';

/**
 * The links of a cluster of containers. What is wanted of each link is kept here; a change renders the rules of
 * the nodes that it touches anew and puts them in force, each node's in one transaction.
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
  private readonly endpoints: ReadonlyMap<string, Endpoint>;
  private readonly gateway: string;
  private readonly prober: Prober;
  private readonly links = new Map<string, LinkState>();
  /** The shapes of each node that has some, as they were last put in force. */
  private readonly batches = new Map<string, string>();
  /** The rules of a node are changed by one at a time. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    helper: Helper,
    endpoints: readonly Endpoint[],
    gateway: string,
    capabilities: ReadonlySet<Capability>,
    clock: Clock,
  ) {
    this.helper = helper;
    this.endpoints = new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));
    this.gateway = gateway;
    this.capabilities = capabilities;
    this.prober = new Prober(helper, clock);
    this.offer();
  }

  /** Puts the open rules in force: the side way of every node's status, and the places where probes are noted. */
  async open(): Promise<void> {
    await this.apply([...this.endpoints.keys()], [], 'prepare the nodes’ networks');
  }

  cut(links: readonly Link[]): Promise<void> {
    return this.change(links, 'cut links', (state) => ({ ...state, cut: true }));
  }

  heal(links?: readonly Link[]): Promise<void> {
    return this.change(links ?? this.disturbed(), 'heal links', () => OPEN);
  }

  async heldBack(links: readonly Link[]): Promise<HeldBack> {
    const counters = links.map((link) => this.counters(link));
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
      const devices = new Set(kept.map((link) => this.place(link).device));
      const peers = kept.map(({ to }) => to).filter((to) => to !== CLIENTS && to !== name);
      const script = counterScript(this.endpoint(name).pid, [...devices], peers);
      const counters = parseCounters(await this.helper.run(script, 'read the counters of shapes'));
      return kept.map((link) => trafficOf(counters, this.place(link), link.to));
    });
    return addTraffic((await Promise.all(parts)).flat());
  }

  /**
   * A datagram is sent in the one node's network namespace and noted in the other's, behind every rule that
   * may drop it. To clients it is noted as it leaves the node: what lies behind is the host's.
   */
  async probe({ from, to }: Link, timeoutMs: number): Promise<boolean> {
    const ends = [from, to].filter((name) => name !== CLIENTS).map((name) => this.endpoint(name));
    if (ends.some((end) => end.state() !== 'running')) return false;
    const toClients = to === CLIENTS;
    const way = {
      fromPid: from === CLIENTS ? undefined : this.endpoint(from).pid,
      toAddress: toClients ? this.gateway : this.endpoint(to).address,
      noted: toClients
        ? ({ pid: this.endpoint(from).pid, set: 'left' } as const)
        : ({ pid: this.endpoint(to).pid, set: 'seen' } as const),
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
      this.duplicate = async (links, { percent }) => {
        if (links.some(({ from, to }) => from === CLIENTS || to === CLIENTS)) {
          throw new RangeError('Only packets between nodes can be doubled, not those of clients.');
        }
        await this.change(links, 'duplicate packets', (state) => ({
          ...state,
          duplicatePercent: percent,
        }));
      };
    }
    if (can.has('reset')) this.reset = (links) => this.resetAll(links);
  }

  /** Both ends of each connection learn of it: the kernel ends the one, which resets the other. */
  private async resetAll(links: readonly Link[]): Promise<number> {
    const calls = links.map(({ from, to }) => {
      const node = this.endpoint(to === CLIENTS ? from : to);
      const peer = to === CLIENTS ? to : from;
      const whom =
        peer === CLIENTS
          ? ['127.0.0.0/8', ...this.members()].map((ip) => `not dst ${ip}`).join(' and ')
          : `dst ${this.endpoint(peer).address}`;
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
    const fresh: Link[] = [];
    for (const link of links) {
      const before = this.state(link);
      const after = change(before);
      if (after.cut && !before.cut) fresh.push(link);
      this.links.set(keyOf(link), after);
    }
    // A node's rules are about what it receives, its shapes about what it sends.
    const touched = new Set(links.flatMap(({ from, to }) => [from, to]));
    touched.delete(CLIENTS);
    if (touched.size > 0) await this.apply([...touched], fresh, doing);
  }

  private apply(nodes: readonly string[], fresh: readonly Link[], doing: string): Promise<void> {
    const turn = this.turn.then(async () => {
      const resets = fresh.map((link) => this.counters(link));
      const script = networkLibrary(
        'set -e',
        ...nodes.flatMap((name) => this.callsFor(name)),
        ...resets.flatMap(({ pid, names }) =>
          names.map((name) => call('reset_counter', pid, name)),
        ),
      );
      await this.helper.run(script, doing);
    });
    this.turn = turn.catch(() => {
      for (const name of nodes) this.batches.set(name, UNKNOWN);
    });
    return turn;
  }

  private callsFor(name: string): string[] {
    const { pid, clientPort } = this.endpoint(name);
    const addresses = new Map(
      [...this.endpoints.values()].map((each) => [each.name, each.address]),
    );
    const peers = [...this.endpoints.keys()].filter((peer) => peer !== name);
    const rules = renderRules({
      clientPort,
      addresses,
      incoming: new Map(peers.map((peer) => [peer, this.state({ from: peer, to: name })])),
      outgoing: new Map(peers.map((peer) => [peer, this.state({ from: name, to: peer })])),
      fromClients: this.state({ from: CLIENTS, to: name }),
      toClients: this.state({ from: name, to: CLIENTS }),
    });
    return [call('load_rules', pid, rules), ...this.shapingFor(name, pid)];
  }

  /** Empty where the shapes stay as they are: making them anew would drop what is queued, and what was counted. */
  private shapingFor(name: string, pid: number): string[] {
    const shapes = this.shapesOf(name);
    const batch = renderShaping(shapes);
    if (batch === (this.batches.get(name) ?? '')) return [];
    this.batches.set(name, batch);
    return [
      call('clear_shapes', pid, DEVICE, INGRESS),
      ...(shapes.fromClients === undefined ? [] : [call('make_ingress', pid, INGRESS)]),
      call('load_shapes', pid, batch),
    ];
  }

  private shapesOf(name: string): NodeShapes {
    const shape = (link: Link): LinkShape | undefined => {
      const state = this.state(link);
      return isShaped(state) ? state : undefined;
    };
    return {
      members: [...this.endpoints.values()].map(({ name: to, address }) => ({
        address,
        shape: shape({ from: name, to }),
      })),
      toClients: shape({ from: name, to: CLIENTS }),
      fromClients: shape({ from: CLIENTS, to: name }),
    };
  }

  /** Where what a cut of this link holds back is counted. */
  private counters({ from, to }: Link): { pid: number; names: readonly string[] } {
    const atSender = to === CLIENTS;
    const { syn, rest } = atSender ? cutCounters('to', to) : cutCounters('from', from);
    return { pid: this.endpoint(atSender ? from : to).pid, names: [syn, rest] };
  }

  /** Where the shape of this link works. */
  private place({ from, to }: Link): ShapePlace {
    if (from === CLIENTS) return placeFromClients;
    return to === CLIENTS ? placeToClients : placeToMember([...this.endpoints.keys()].indexOf(to));
  }

  private disturbed(): Link[] {
    return [...this.links]
      .filter(([, state]) => state !== OPEN)
      .map(([key]) => {
        const [from, to] = key.split('>');
        return { from, to };
      });
  }

  private state(link: Link): LinkState {
    return this.links.get(keyOf(link)) ?? OPEN;
  }

  private members(): string[] {
    return [...this.endpoints.values()].map(({ address }) => address);
  }

  private endpoint(name: string): Endpoint {
    const endpoint = this.endpoints.get(name);
    if (endpoint === undefined) throw new RangeError(`There is no node "${name}".`);
    return endpoint;
  }
}

function shapeTo(shape: LinkShape): (state: LinkState) => LinkState {
  return (state) => ({ ...state, ...shape });
}

function isShaped(state: LinkState): boolean {
  const { delayMs, jitterMs, bandwidth, reorderPercent } = state;
  return [delayMs, jitterMs, bandwidth, reorderPercent].some(Boolean);
}

function keyOf({ from, to }: Link): string {
  return `${from}>${to}`;
}
