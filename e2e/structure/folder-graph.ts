import { dirname } from 'node:path';
import type { SourceFile } from './source-tree.js';

/** What stands for a folder's own files, beside its sub-folders. */
const OWN_FILES = '.';

/** By importer and imported: one import that makes the arrow. */
type Arrows = Map<string, Map<string, string>>;

/**
 * Circles of folders, each as lines: for every folder the graph of its own files as one node and each sub-folder, with
 * all below it, as another. Any circle of folders however far apart is one in the graph of what they have in common.
 */
export function findCircles(sources: readonly SourceFile[]): string[] {
  return [...graphsOf(sources)].flatMap(([folder, arrows]) => {
    const circle = findCircle(arrows);
    if (circle === undefined) return [];
    const imports = circle.slice(1).map((to, index) => `  ${arrows.get(circle[index])?.get(to)}`);
    return [[`${folder}: ${circle.join(' > ')}`, ...imports].join('\n')];
  });
}

function graphsOf(sources: readonly SourceFile[]): ReadonlyMap<string, Arrows> {
  const graphs = new Map<string, Arrows>();
  for (const { path, imports } of sources) {
    for (const imported of imports) {
      const { folder, from, to } = lowestCommon(path, imported);
      if (from === to) continue;
      const arrows = getOrAdd(graphs, folder, () => new Map() as Arrows);
      getOrAdd(arrows, from, () => new Map<string, string>()).set(
        to,
        `${path} imports ${imported}`,
      );
    }
  }
  return graphs;
}

/** The folder that both stand below, and what each belongs to there. */
function lowestCommon(
  path: string,
  imported: string,
): { folder: string; from: string; to: string } {
  const [a, b] = [path, imported].map((each) => dirname(each).split('/'));
  let depth = 0;
  while (depth < a.length && depth < b.length && a[depth] === b[depth]) depth++;
  const folder = depth === 0 ? 'the root' : a.slice(0, depth).join('/');
  return { folder, from: a[depth] ?? OWN_FILES, to: b[depth] ?? OWN_FILES };
}

/** The nodes of one circle, the first one again at its end; undefined where there is none. */
function findCircle(arrows: Arrows): string[] | undefined {
  const innocent = new Set<string>();
  const search = (node: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (innocent.has(node)) return undefined;
    for (const next of arrows.get(node)?.keys() ?? []) {
      const circle = search(next, [...way, node]);
      if (circle !== undefined) return circle;
    }
    innocent.add(node);
    return undefined;
  };
  for (const node of arrows.keys()) {
    const circle = search(node, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
