import { z } from 'zod';

import type { Link } from '../../harness/contracts/cluster.js';
import type { NemesisContext } from '../../harness/contracts/nemesis.js';

/** The links that a fault was carried out on; absent where it is only planned. */
export const carriedLinks = z
  .array(z.strictObject({ from: z.string(), to: z.string() }))
  .optional();

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

/** The nodes that these links touch most: the smaller side of a split, all nodes of a ring. */
export function mostTouched(links: readonly Link[], { cluster }: NemesisContext): string[] {
  const counts = cluster.nodes.map(({ name }) => ({
    name,
    count: links.filter(({ from, to }) => from === name || to === name).length,
  }));
  const most = Math.max(...counts.map(({ count }) => count));
  return counts.filter(({ count }) => count === most && count > 0).map(({ name }) => name);
}
