import { CLIENTS, type Link, type NodeState } from '../../../harness/contracts/cluster.js';
import { cutCounters } from './rules.js';
import { placeFromClients, placeToClients, placeToMember, type ShapePlace } from './shaping.js';

/** A node as the network sees it: a namespace that outlives its processes, with a fixed address. */
export interface Endpoint {
  name: string;
  address: string;
  /** A process in its network namespace, as the host counts. */
  pid: number;
  clientPort: number;
  state(): NodeState;
}

/** The nodes of one cluster, and where on them something is done to a link. */
export class Endpoints {
  readonly names: readonly string[];
  private readonly byName: ReadonlyMap<string, Endpoint>;

  constructor(readonly all: readonly Endpoint[]) {
    this.names = all.map(({ name }) => name);
    this.byName = new Map(all.map((endpoint) => [endpoint.name, endpoint]));
  }

  get(name: string): Endpoint {
    const endpoint = this.byName.get(name);
    if (endpoint === undefined) throw new RangeError(`There is no node "${name}".`);
    return endpoint;
  }

  get addresses(): ReadonlyMap<string, string> {
    return new Map(this.all.map(({ name, address }) => [name, address]));
  }

  /** Where what a cut of this link holds back is counted. */
  counters({ from, to }: Link): { pid: number; names: readonly string[] } {
    const atSender = to === CLIENTS;
    const { syn, rest } = atSender ? cutCounters('to', to) : cutCounters('from', from);
    return { pid: this.get(atSender ? from : to).pid, names: [syn, rest] };
  }

  /** Where the shape of this link works. */
  place({ from, to }: Link): ShapePlace {
    if (from === CLIENTS) return placeFromClients;
    return to === CLIENTS ? placeToClients : placeToMember(this.names.indexOf(to));
  }
}
