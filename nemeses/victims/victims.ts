import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type {
  CarriedFault,
  Evidence,
  NemesisContext,
  PlannedFault,
} from '../../harness/contracts/nemesis.js';
import type { Chosen } from './roles.js';

/** Whether a node is back, and the sentence that says so or why not. */
export interface Return {
  back: boolean;
  observation: string;
}

/** What was seen of one node under a fault. */
export interface Sighting {
  /** Whether the fault is seen to have taken effect of it. */
  tookEffect: boolean;
  observation: string;
}

/** The carried fault of these nodes, each with what was seen of it: it took effect where there are some and it bit each. */
export function carriedAs(
  { fault, variant, parameters }: PlannedFault,
  { nodes, notes }: Chosen,
  seen: readonly Sighting[],
): CarriedFault {
  const names = nodes.map(({ name }) => name);
  return {
    fault,
    variant,
    nodes: names,
    parameters: { ...parameters, nodes: names },
    evidence: {
      tookEffect: seen.length > 0 && seen.every(({ tookEffect }) => tookEffect),
      observations: [...notes, ...seen.map(({ observation }) => observation)],
    },
  };
}

/** The carried fault of nodes that are to be hit, and then answer no more. */
export async function carriedOn(
  planned: PlannedFault,
  chosen: Chosen,
  isHit: (node: ClusterNode) => Promise<boolean>,
  seen: string,
): Promise<CarriedFault> {
  const hit = await Promise.all(chosen.nodes.map(isHit));
  const sightings = chosen.nodes.map(({ name, state }, index) => ({
    tookEffect: hit[index],
    observation: hit[index]
      ? `${name}: ${seen}, answers no more`
      : `${name}: ${state}, still answers`,
  }));
  return carriedAs(planned, chosen, sightings);
}

/** Brings every node of a fault back, each whatever becomes of the others. */
export async function healNodes(
  fault: CarriedFault,
  { cluster }: NemesisContext,
  bringBack: (node: ClusterNode) => Promise<Return>,
): Promise<Evidence> {
  const victims = cluster.nodes.filter(({ name }) => fault.nodes.includes(name));
  const returns = await Promise.all(
    victims.map((node) => bringBack(node).catch((error: unknown) => failedReturn(node, error))),
  );
  return {
    tookEffect: returns.every(({ back }) => back),
    observations: returns.map(({ observation }) => observation),
  };
}

function failedReturn({ name }: ClusterNode, error: unknown): Return {
  const reason = error instanceof Error ? error.message : String(error);
  return { back: false, observation: `${name}: could not be brought back: ${reason}` };
}
