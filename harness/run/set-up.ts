import type { Cluster } from '../contracts/cluster.js';
import { otherVersion, versionsSaid } from '../contracts/versions.js';
import { recordFault } from './faults.js';
import { clusterSpec, type FaultDriver } from './parts.js';
import { findLeader, waitUntilReady } from './readiness.js';
import type { RunState } from './state.js';

/** How long nodes may take to come up. */
const SET_UP_LIMIT_MS = 60_000;

/** A cluster whose every node serves, and a driver of the faults that were planned for it. */
export async function setUp(run: RunState): Promise<void> {
  const { runtime, observer, onFacts } = run.parts;
  const cluster = await runtime.createCluster(clusterSpec(run.parts), (line) => {
    observer.log(line);
  });
  run.cluster = cluster;
  onFacts(cluster.facts ?? {});
  cluster.onCrash((crash) => observer.log(run.crashes.add(crash)));
  const tookMs = await waitUntilReady(run.readiness(SET_UP_LIMIT_MS));
  await cluster.settleDisks?.();
  observer.log(`all nodes ready after ${Math.round(tookMs)} ms`);
  await noteVersions(run, cluster);
  run.faults = createFaults(run, cluster);
}

/** By the nodes' own word: an image may hold another version than its name says. */
async function noteVersions(run: RunState, cluster: Cluster): Promise<void> {
  const { spec, observer, onFacts } = run.parts;
  const versions = await versionsSaid(cluster.nodes);
  if (versions.length === 0) return;
  onFacts({ ...cluster.facts, versions });
  const warning = otherVersion(spec.target, spec.version, versions);
  if (warning !== undefined) run.warnings.push(warning);
  observer.log(warning ?? `the nodes say that they are ${spec.target} ${versions.join(', ')}`);
}

function createFaults(run: RunState, cluster: Cluster): FaultDriver {
  const { target, environment, observer } = run.parts;
  return run.parts.createFaults(
    {
      cluster,
      target,
      clock: environment.clock,
      leader: () => findLeader(cluster, target),
    },
    {
      onSchedule: (entry) => recordFault(run, entry),
      onCurrent: (active) => observer.faults(active),
    },
  );
}
