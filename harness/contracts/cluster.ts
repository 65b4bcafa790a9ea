/** What runtimes give, and nemeses, targets and runs use: a cluster, its nodes with their facets, and its network. */
export type { Capability } from './cluster/capability.js';
export type { ClockFacet, ClockReading, ClockSkew } from './cluster/clock.js';
export type { Cluster, Crash } from './cluster/cluster.js';
export type {
  DiskDamage,
  DiskFacet,
  DiskFault,
  DiskProbe,
  PowerFacet,
  PowerLoss,
  StoredLogFacet,
} from './cluster/disk.js';
export {
  CLIENTS,
  type HeldBack,
  type Link,
  type Network,
  type ShapedTraffic,
} from './cluster/network.js';
export {
  type ClusterNode,
  type MembershipFacet,
  type NodeConnection,
  type NodeReply,
  nodeNames,
  type NodeState,
  type UpgradeFacet,
} from './cluster/node.js';
export {
  ALREADY_DOWN,
  type ProcessFacet,
  type Stop,
  STOP_LIMIT_MS,
  type SuspensionFacet,
} from './cluster/process.js';
export type { Resources, ResourcesFacet } from './cluster/resources.js';
export type { BrokenStep, ProtocolWatch } from './cluster/watch.js';
