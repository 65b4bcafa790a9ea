import type { ClusterNode } from '../../harness/contracts/cluster.js';
import type {
  BySchema,
  CarriedFault,
  Nemesis,
  NemesisContext,
  PlannedFault,
} from '../../harness/contracts/nemesis.js';
import type { Random } from '../../harness/environment/random.js';
import { chooseNodes, type NodeChoice } from '../victims/roles.js';
import { carriedAs, healNodes, type Return, type Sighting } from '../victims/victims.js';

/** What came of doing it. */
export interface Struck<Parameters> {
  /** Of each node that it was done to, in their order. */
  seen: readonly Sighting[];
  /** Those nodes; all that were chosen where absent. */
  nodes?: readonly ClusterNode[];
  /** Said before and behind what was seen of the nodes. */
  notes?: readonly string[];
  afterwards?: readonly string[];
  /** Adds what was decided only now: with it the same fault can be carried out again. */
  resolve?(parameters: Parameters): Parameters;
}

/** What tells one fault of nodes from another: all else of such a nemesis is the same. */
export interface NodeFault<Parameters extends NodeChoice> extends Omit<
  Nemesis<Parameters>,
  'lane' | 'plan' | 'inject' | 'heal'
> {
  /** All draws that it will ever need, those that choose the nodes among them. */
  draw(random: Random, nodes: readonly string[]): Parameters;
  /** Whom it hits; the role that its variant names where absent. */
  roleOf?(fault: PlannedFault<Parameters>): string;
  /** Does it to the nodes, and observes each. */
  strike(
    nodes: readonly ClusterNode[],
    fault: PlannedFault<Parameters>,
    context: NemesisContext,
  ): Promise<Struck<Parameters>>;
  /** Undoes it on one node, whatever state the node is in by now, and observes that. */
  bringBack(
    node: ClusterNode,
    fault: CarriedFault<Parameters>,
    context: NemesisContext,
  ): Promise<Return>;
}

/**
 * A nemesis that chooses nodes by their role, does something to them and sees what came of it, and at the healing brings
 * each of them back, whatever becomes of the others.
 */
export function nodeFault<Parameters extends NodeChoice>({
  draw,
  roleOf = ({ variant }) => variant,
  strike,
  bringBack,
  ...described
}: BySchema<Parameters, NodeFault<NoInfer<Parameters>>>): Nemesis<Parameters> {
  const { name, variants } = described;
  return {
    ...described,
    lane: 'nodes',

    plan: (random, nodes, variant = random.pick(variants)) => ({
      fault: name,
      variant,
      parameters: draw(random, nodes),
    }),

    async inject(fault, context) {
      const chosen = await chooseNodes(roleOf(fault), fault.parameters, context);
      const struck = await strike(chosen.nodes, fault, context);
      const notes = [...chosen.notes, ...(struck.notes ?? [])];
      const nodes = struck.nodes ?? chosen.nodes;
      const carried = carriedAs(fault, { nodes, notes }, struck.seen);
      const { tookEffect, observations } = carried.evidence;
      return {
        ...carried,
        parameters: struck.resolve?.(carried.parameters) ?? carried.parameters,
        evidence: { tookEffect, observations: [...observations, ...(struck.afterwards ?? [])] },
      };
    },

    heal: (fault, context) => healNodes(fault, context, (node) => bringBack(node, fault, context)),
  };
}
