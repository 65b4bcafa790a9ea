import { CLIENTS, type Link } from '../../../harness/contracts/cluster.js';
import { call } from '../shell/library.js';
import type { Endpoints } from './endpoints.js';
import type { Helper } from './helper.js';
import { networkLibrary } from './library.js';
import { renderRules } from './rules.js';
import { DEVICE, INGRESS, type NodeShapes, renderShaping } from './shaping.js';
import type { WantedLinks } from './wanted-links.js';

/** What a node's shapes are called when putting them in force has failed. */
const UNKNOWN = 'unknown';

/** Puts in force what is wanted: renders the rules and shapes of nodes anew, each node's in one transaction. */
export class Enforcement {
  /** The shapes of each node that has some, as they were last put in force. */
  private readonly batches = new Map<string, string>();
  /** The rules of a node are changed by one at a time. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly helper: Helper,
    private readonly endpoints: Endpoints,
    private readonly links: WantedLinks,
  ) {}

  /** Of these nodes; `fresh` are links that were just cut, whose counters begin again. */
  apply(nodes: readonly string[], fresh: readonly Link[], doing: string): Promise<void> {
    const turn = this.turn.then(async () => {
      const resets = fresh.map((link) => this.endpoints.counters(link));
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
    const { pid, clientPort } = this.endpoints.get(name);
    const { addresses } = this.endpoints;
    const peers = this.endpoints.names.filter((peer) => peer !== name);
    const rules = renderRules({
      clientPort,
      addresses,
      incoming: new Map(peers.map((peer) => [peer, this.links.get({ from: peer, to: name })])),
      outgoing: new Map(peers.map((peer) => [peer, this.links.get({ from: name, to: peer })])),
      fromClients: this.links.get({ from: CLIENTS, to: name }),
      toClients: this.links.get({ from: name, to: CLIENTS }),
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
    const { links, endpoints } = this;
    return {
      members: endpoints.all.map(({ name: to, address }) => ({
        address,
        shape: links.shape({ from: name, to }),
      })),
      toClients: links.shape({ from: name, to: CLIENTS }),
      fromClients: links.shape({ from: CLIENTS, to: name }),
    };
  }
}
