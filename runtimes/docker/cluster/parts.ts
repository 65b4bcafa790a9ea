import type { Capability } from '../../../harness/contracts/cluster.js';
import type { ContainerPlan } from '../../../harness/contracts/starts/container.js';
import type { ClusterSpec, ContainerOptions } from '../../../harness/contracts/runtime.js';
import type { Clock } from '../../../harness/environment/environment.js';
import type { Engine } from '../engine/connection.js';
import { formatController, LABELS, thisController } from '../engine/labels.js';
import { SIDE_PORT } from '../network/rules.js';

/** What a cluster is made with. */
export interface ClusterParts {
  engine: Engine;
  clock: Clock;
  plan: ContainerPlan;
  options: ContainerOptions;
  capabilities: ReadonlySet<Capability>;
  spec: ClusterSpec;
  log: (line: string) => void;
}

/** What everything that belongs to one cluster is called by the engine. */
export interface ClusterIdentity {
  name: string;
  labels: Readonly<Record<string, string>>;
}

/** What needs disks of the nodes' own. */
const DISK_NEEDS: readonly Capability[] = [
  'power',
  'disk-full',
  'disk-read-only',
  'disk-errors',
  'disk-slow',
  'disk-damage',
];

/** Two clusters of one process may bear the same run id. */
let clustersMade = 0;

/** Names that no other cluster has; each call gives others. */
export function nameCluster({ spec: { runId }, options }: ClusterParts): ClusterIdentity {
  const controller = formatController(thisController());
  return {
    name: `schism-${runId.replaceAll(/[^a-zA-Z0-9_.-]/g, '-')}`,
    labels: {
      [LABELS.run]: runId,
      [LABELS.controller]: controller,
      [LABELS.cluster]: `${controller} ${++clustersMade}`,
      ...(options.keep && { [LABELS.keep]: 'true' }),
    },
  };
}

/** Only where somebody is going to do something to them. */
export function hasDisks({ spec: { needs } }: ClusterParts): boolean {
  return DISK_NEEDS.some((need) => needs?.has(need));
}

/** Where a node's status is asked for. Without rules there is no way beside the ordinary one. */
export function sidePort({ capabilities, plan }: ClusterParts): number {
  return capabilities.has('cut') ? SIDE_PORT : plan.clientPort;
}
