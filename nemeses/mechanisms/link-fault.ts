import type { Link } from '../../harness/contracts/cluster.js';
import type {
  BySchema,
  Evidence,
  Nemesis,
  NemesisContext,
  PlannedFault,
} from '../../harness/contracts/nemesis.js';
import type { Random } from '../../harness/environment/random.js';
import { mostTouched } from '../victims/links.js';

/** Links that a fault was resolved to, with what is worth saying about the choice. */
export interface ChosenLinks {
  links: readonly Link[];
  notes?: readonly string[];
}

/** What tells one fault of links from another: all else of such a nemesis is the same. */
export interface LinkFault<Parameters extends { links?: Link[] }> extends Omit<
  Nemesis<Parameters>,
  'lane' | 'plan' | 'inject' | 'heal'
> {
  /** All draws that it will ever need, those that choose the links among them. */
  draw(random: Random, nodes: readonly string[]): Parameters;
  /** Which links a fault that was planned is about now. */
  choose(fault: PlannedFault<Parameters>, context: NemesisContext): Promise<ChosenLinks>;
  /** Does it to the links, and measures that. */
  strike(
    links: readonly Link[],
    parameters: Parameters,
    context: NemesisContext,
  ): Promise<Evidence>;
  /** Takes it back, and measures that it is gone. */
  lift(links: readonly Link[], parameters: Parameters, context: NemesisContext): Promise<Evidence>;
}

/**
 * A nemesis that chooses links, does something to what passes them, and measures that. One that was carried out before
 * takes the links that it had then.
 */
export function linkFault<Parameters extends { links?: Link[] }>({
  draw,
  choose,
  strike,
  lift,
  ...described
}: BySchema<Parameters, LinkFault<NoInfer<Parameters>>>): Nemesis<Parameters> {
  const { name, variants } = described;
  return {
    ...described,
    lane: 'network',

    plan: (random, nodes, variant = random.pick(variants)) => ({
      fault: name,
      variant,
      parameters: draw(random, nodes),
    }),

    async inject(fault, context) {
      const { variant, parameters } = fault;
      const carried = parameters.links && { links: parameters.links };
      const { links, notes = [] }: ChosenLinks = carried ?? (await choose(fault, context));
      const { tookEffect, observations } = await strike(links, parameters, context);
      return {
        fault: fault.fault,
        variant,
        nodes: mostTouched(links, context),
        parameters: { ...parameters, links: [...links] },
        evidence: { tookEffect, observations: [...notes, ...observations] },
      };
    },

    heal: ({ parameters }, context) => lift(parameters.links ?? [], parameters, context),
  };
}
