import type { ClusterNode } from '../harness/contracts/cluster.js';
import type {
  CarriedFault,
  Evidence,
  NemesisContext,
  PlannedFault,
} from '../harness/contracts/nemesis.js';
import type { Chosen } from './roles.js';

/** Whether a node is back, and the sentence that says so or why not. */
export interface Return {
  back: boolean;
  observation: string;
}

/** The carried fault of nodes that were hit: it bit where there are some and each was seen to be hit. */
export async function carriedOn(
  { fault, variant, parameters }: PlannedFault,
  { nodes, notes }: Chosen,
  isHit: (node: ClusterNode) => Promise<boolean>,
  seen: string,
): Promise<CarriedFault> {
  const hit = await Promise.all(nodes.map(isHit));
  const observations = nodes.map(({ name, state }, index) =>
    hit[index] ? `${name}: ${seen}, answers no more` : `${name}: ${state}, still answers`,
  );
  const names = nodes.map((node) => node.name);
  return {
    fault,
    variant,
    nodes: names,
    parameters: { ...parameters, nodes: names },
    evidence: {
      bit: hit.length > 0 && !hit.includes(false),
      observations: [...notes, ...observations],
    },
  };
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
    bit: returns.every(({ back }) => back),
    observations: returns.map(({ observation }) => observation),
  };
}

function failedReturn({ name }: ClusterNode, error: unknown): Return {
  const reason = error instanceof Error ? error.message : String(error);
  return { back: false, observation: `${name}: could not be brought back: ${reason}` };
}
