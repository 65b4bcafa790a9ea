/** The names of a cluster's nodes, on any runtime: n1, n2 and so on. Known before the cluster is made. */
export function nodeNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index + 1}`);
}
