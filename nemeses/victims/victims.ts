import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type {
  CarriedFault,
  Evidence,
  NemesisContext,
  PlannedFault,
} from '../../harness/contracts/nemesis.js';
import type { Chosen, NodeChoice } from './roles.js';

/** Whether a node is back, and the sentence that says so or why not. */
export interface Return {
  back: boolean;
  observation: string;
}

/** What was seen of one node under a fault. */
export interface Sighting {
  /** Whether the fault is seen to have taken effect on it. */
  tookEffect: boolean;
  observation: string;
}

/** The carried fault of these nodes, each with what was seen of it: it took effect where there are some and it did on each. */
export function carriedAs<Parameters extends NodeChoice>(
  { fault, variant, parameters }: PlannedFault<Parameters>,
  { nodes, notes }: Chosen,
  seen: readonly Sighting[],
): CarriedFault<Parameters> {
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

/** Brings every node of a fault back, each whatever becomes of the others. */
export async function healNodes(
  fault: Pick<CarriedFault, 'nodes'>,
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
