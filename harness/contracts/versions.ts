import type { ClusterNode } from './cluster.js';

const STATUS_TIMEOUT_MS = 500;

/** The version that a node says it is, as `3.5.16`; undefined where it does not say. */
export async function versionSaid(
  node: Pick<ClusterNode, 'status'>,
  timeoutMs = STATUS_TIMEOUT_MS,
): Promise<string | undefined> {
  const status = await node.status(timeoutMs);
  return typeof status?.version === 'string' ? status.version : undefined;
}

/** Whether a version that was said is one of what was asked for: 3.5.16 is a 3.5. */
export function isVersion(said: string | undefined, asked: string): boolean {
  return said === asked || said?.startsWith(`${asked}.`) === true;
}

/** The versions that the nodes say they are, each once; empty where none says. */
export async function versionsSaid(
  nodes: readonly Pick<ClusterNode, 'status'>[],
): Promise<string[]> {
  const said = await Promise.all(nodes.map((node) => versionSaid(node)));
  return [...new Set(said.filter((version) => version !== undefined))].sort();
}

/**
 * A sentence where nodes are none of the version that was asked for: an image may hold another one than its name
 * says, as one that was built from a suite that moves on.
 */
export function otherVersion(
  target: string,
  asked: string,
  said: readonly string[],
): string | undefined {
  const strangers = said.filter((version) => !isVersion(version, asked));
  if (strangers.length === 0) return undefined;
  const versions = strangers.join(', ');
  return (
    `${target} ${asked} was asked for, and the nodes say that they are ${versions}: ` +
    `what is found is found of ${versions}`
  );
}
