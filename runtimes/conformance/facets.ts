import type { Capability, Cluster, ClusterNode, Network } from '../../harness/contracts/cluster.js';

/** Where what a runtime declares is found: a facet of each node, or a method of the network. */
const PLACES: Readonly<Record<Capability, (node: ClusterNode, network: Network) => unknown>> = {
  kill: ({ process }) => process,
  upgrade: ({ upgrade }) => upgrade,
  memory: ({ resources }) => resources,
  cpu: ({ resources }) => resources,
  pause: ({ suspension }) => suspension,
  cut: (_, { cut }) => cut,
  delay: (_, { delay }) => delay,
  reset: (_, { reset }) => reset,
  loss: (_, { loss }) => loss,
  bandwidth: (_, { bandwidth }) => bandwidth,
  reorder: (_, { reorder }) => reorder,
  duplicate: (_, { duplicate }) => duplicate,
  clock: ({ clock }) => clock,
  power: ({ power }) => power,
  'disk-full': ({ disk }) => disk,
  'disk-slow': ({ disk }) => disk,
  'disk-read-only': ({ disk }) => disk,
  'disk-errors': ({ disk }) => disk,
  'disk-damage': ({ storedLog }) => storedLog,
};

/** Those of these capabilities that not every node has a facet for. */
export function withoutFacet(
  { nodes, network }: Pick<Cluster, 'nodes' | 'network'>,
  capabilities: Iterable<Capability>,
): Capability[] {
  return [...capabilities].filter((name) =>
    nodes.some((node) => PLACES[name](node, network) === undefined),
  );
}

/** Facets of nodes that belong to none of the declared capabilities, each by the capabilities that would stand for it. */
export function undeclaredFacets(
  { nodes, network }: Pick<Cluster, 'nodes' | 'network'>,
  declared: ReadonlySet<Capability>,
): Capability[] {
  const places = Object.entries(PLACES) as [Capability, (typeof PLACES)[Capability]][];
  return nodes.flatMap((node) => {
    const known = new Set(
      places.filter(([name]) => declared.has(name)).map(([, place]) => place(node, network)),
    );
    return places
      .filter(([, place]) => place(node, network) !== undefined && !known.has(place(node, network)))
      .map(([name]) => name);
  });
}
