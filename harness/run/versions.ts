import type { ClusterNode } from '../contracts/cluster.js';

const STATUS_TIMEOUT_MS = 500;

/** The versions that the nodes say they are, each once; empty where none says. */
export async function versionsSaid(
  nodes: readonly Pick<ClusterNode, 'status'>[],
): Promise<string[]> {
  const statuses = await Promise.all(nodes.map((node) => node.status(STATUS_TIMEOUT_MS)));
  const said = statuses.map((status) => status?.version);
  return [...new Set(said.filter((version) => typeof version === 'string'))].sort();
}

/**
 * A sentence where nodes are none of the version that was asked for: an image may hold another one than its name
 * says, as one that was built from a suite that moves on. 3.5.16 is a 3.5.
 */
export function otherVersion(
  target: string,
  asked: string,
  said: readonly string[],
): string | undefined {
  const strangers = said.filter((version) => !`${version}.`.startsWith(`${asked}.`));
  if (strangers.length === 0) return undefined;
  const versions = strangers.join(', ');
  return (
    `${target} ${asked} was asked for, and the nodes say that they are ${versions}: ` +
    `what is found is found of ${versions}`
  );
}
