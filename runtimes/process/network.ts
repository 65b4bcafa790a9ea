import {
  CLIENTS,
  type Capability,
  type Link,
  type Network,
} from '../../harness/contracts/cluster.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { Random } from '../../harness/environment/random.js';
import { HttpNodeConnection } from '../common/node-connection.js';
import { LinkState, type HeldBack } from './link.js';
import type { ProcessNode } from './node.js';
import { LinkProxy } from './proxy.js';

/** A probe that was lost with a breaking connection is sent anew after this long. */
const RESEND_MS = 80;

/** The real ports of a node. */
export interface NodePorts {
  name: string;
  client: number;
  peer: number;
}

/** All links of a cluster: for each ordered pair of nodes, and for the clients to each node, one proxy. */
export class ProcessNetwork implements Network {
  readonly capabilities: ReadonlySet<Capability> = new Set(['cut', 'delay', 'reset']);
  private readonly clock: Clock;
  private readonly states = new Map<string, LinkState>();
  private readonly proxies = new Map<string, LinkProxy>();
  private readonly nodes = new Map<string, ProcessNode>();
  private readonly runId: string;
  private probes = 0;

  private constructor(runId: string, clock: Clock) {
    this.runId = runId;
    this.clock = clock;
  }

  /** Opens every proxy. The nodes behind them may come later, with `add`. */
  static async open(
    runId: string,
    ports: readonly NodePorts[],
    clock: Clock,
    random: Random,
  ): Promise<ProcessNetwork> {
    const network = new ProcessNetwork(runId, clock);
    for (const to of ports) {
      network.place({ from: CLIENTS, to: to.name }, to.client, random);
      for (const from of ports) {
        if (from !== to) network.place({ from: from.name, to: to.name }, to.peer, random);
      }
    }
    await Promise.all([...network.proxies.values()].map((proxy) => proxy.listen()));
    return network;
  }

  add(node: ProcessNode): void {
    this.nodes.set(node.name, node);
  }

  /** The proxy that `from` must dial to reach `to`. */
  proxy(link: Link): LinkProxy {
    return found(this.proxies, link);
  }

  async cut(links: readonly Link[]): Promise<void> {
    for (const state of this.select(links)) state.setCut();
    await Promise.resolve();
  }

  async delay(
    links: readonly Link[],
    { delayMs, jitterMs }: { delayMs: number; jitterMs: number },
  ): Promise<void> {
    for (const state of this.select(links)) state.setDelay(delayMs, jitterMs);
    await Promise.resolve();
  }

  /** Breaks every connection that has bytes going one of these ways; returns how many. */
  async reset(links: readonly Link[]): Promise<number> {
    const crossed = new Set<LinkProxy>();
    for (const link of links) {
      for (const way of [link, reverse(link)]) {
        const proxy = this.proxies.get(keyOf(way));
        if (proxy !== undefined) crossed.add(proxy);
      }
    }
    const counts = [...crossed].map((proxy) => proxy.reset());
    return Promise.resolve(counts.reduce((sum, count) => sum + count, 0));
  }

  async heal(links?: readonly Link[]): Promise<void> {
    const states = links === undefined ? [...this.states.values()] : this.select(links);
    for (const state of states) state.heal();
    await Promise.resolve();
  }

  heldBack(links: readonly Link[]): HeldBack {
    const total = { bytes: 0, connections: 0 };
    for (const { held } of this.select(links)) {
      total.bytes += held.bytes;
      total.connections += held.connections;
    }
    return total;
  }

  /**
   * Between nodes one direction is measured: `from` is asked to send a mark, `to` whether it came, both past
   * the proxies. Between clients and a node it is the way there and back: a request through the proxy.
   */
  async probe(link: Link, timeoutMs: number): Promise<boolean> {
    const from = this.nodes.get(link.from);
    const to = this.nodes.get(link.to);
    if (from !== undefined && to !== undefined) return this.probePeers(from, to, timeoutMs);
    const node = from ?? to;
    return node !== undefined && this.probeClients(node, timeoutMs);
  }

  async close(): Promise<void> {
    await Promise.all([...this.proxies.values()].map((proxy) => proxy.close()));
  }

  private async probePeers(
    from: ProcessNode,
    to: ProcessNode,
    timeoutMs: number,
  ): Promise<boolean> {
    if (from.state !== 'running' || to.state !== 'running') return false;
    const id = `${this.runId}-probe-${++this.probes}`;
    const done = new AbortController();
    const question = { id, waitMs: timeoutMs };
    // A little longer than the node waits: its "no" should arrive.
    const seen = to
      .ask({ method: 'POST', path: '/probe-seen', body: question, timeoutMs: timeoutMs + 200 })
      .finally(() => done.abort());
    while (!done.signal.aborted) {
      const mark = { to: to.name, id };
      await from.ask({ method: 'POST', path: '/probe', body: mark, timeoutMs: RESEND_MS });
      await this.clock.sleep(RESEND_MS, done.signal);
    }
    const reply = await seen;
    return reply?.status === 200 && (reply.body as { seen?: unknown }).seen === true;
  }

  private async probeClients(node: ProcessNode, timeoutMs: number): Promise<boolean> {
    const { address } = node;
    const proxy = this.proxy({ from: CLIENTS, to: node.name });
    const connection = new HttpNodeConnection(address, this.clock, (socket) =>
      proxy.arrival(socket),
    );
    try {
      const reply = await connection.send({ method: 'GET', path: '/status', timeoutMs });
      return reply.status === 200;
    } catch {
      return false;
    } finally {
      await connection.close();
    }
  }

  private place(link: Link, port: number, random: Random): void {
    const forward = this.state(link, random);
    const backward = this.state(reverse(link), random);
    this.proxies.set(keyOf(link), new LinkProxy(forward, backward, port, this.clock));
  }

  private state(link: Link, random: Random): LinkState {
    const key = keyOf(link);
    const state = this.states.get(key) ?? new LinkState(link, random.fork(key));
    this.states.set(key, state);
    return state;
  }

  private select(links: readonly Link[]): LinkState[] {
    return links.map((link) => found(this.states, link));
  }
}

function keyOf({ from, to }: Link): string {
  return `${from}>${to}`;
}

function reverse({ from, to }: Link): Link {
  return { from: to, to: from };
}

function found<T>(map: ReadonlyMap<string, T>, link: Link): T {
  const value = map.get(keyOf(link));
  if (value === undefined) throw new Error(`There is no link from ${link.from} to ${link.to}.`);
  return value;
}
