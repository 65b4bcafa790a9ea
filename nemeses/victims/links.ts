import type { Link } from '../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../harness/contracts/nemesis.js';
import type { JsonValue } from '../../harness/json.js';

/** Every direction between two nodes. */
export function allLinks({ cluster }: NemesisContext): Link[] {
  const names = cluster.nodes.map((node) => node.name);
  return names.flatMap((from) => names.filter((to) => to !== from).map((to) => ({ from, to })));
}

/** All links but these. */
export function otherLinks(links: readonly Link[], context: NemesisContext): Link[] {
  const excluded = new Set(links.map(({ from, to }) => `${from}>${to}`));
  return allLinks(context).filter(({ from, to }) => !excluded.has(`${from}>${to}`));
}

/** Links as parameters of a fault that was carried out; `linksIn` reads them again. */
export function linksAsJson(links: readonly Link[]): JsonValue {
  return links.map(({ from, to }) => ({ from, to }));
}

/** The links that a carried fault names; undefined for one that is only planned. */
export function linksIn(value: JsonValue | undefined): Link[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter(
    (link): link is { from: string; to: string } =>
      link !== null &&
      typeof link === 'object' &&
      !Array.isArray(link) &&
      typeof link.from === 'string' &&
      typeof link.to === 'string',
  );
}

/** The nodes that these links touch most: the smaller side of a split, all nodes of a ring. */
export function mostTouched(links: readonly Link[], { cluster }: NemesisContext): string[] {
  const counts = cluster.nodes.map(({ name }) => ({
    name,
    count: links.filter(({ from, to }) => from === name || to === name).length,
  }));
  const most = Math.max(...counts.map(({ count }) => count));
  return counts.filter(({ count }) => count === most && count > 0).map(({ name }) => name);
}
