import { z } from 'zod';

import { defineNemesis, type NemesisContext } from '../../../harness/contracts/nemesis.js';
import type { Link } from '../../../harness/contracts/cluster.js';
import { putRight } from '../../evidence/clocks.js';
import { both } from '../../evidence/probes.js';
import { cutLinks, openLinks } from '../../mechanisms/cuts.js';
import { nodeFault } from '../../mechanisms/node-fault.js';
import {
  carriedSkew,
  drawDrift,
  rightClock,
  skewNodes,
  wrongClocks,
} from '../../mechanisms/skews.js';
import { carriedLinks, mostTouched } from '../../victims/links.js';
import { drawOrder, nodeChoice } from '../../victims/roles.js';
import { between } from '../../victims/splits.js';

/** Whose clocks go at which pace, and whether nothing passes between that node and the others then. */
const VARIANTS: Readonly<Record<string, { fast: boolean; role: string; alone?: true }>> = {
  'slow-leader': { fast: false, role: 'leader' },
  'slow-leader-alone': { fast: false, role: 'leader', alone: true },
  'slow-one': { fast: false, role: 'one' },
  'slow-minority': { fast: false, role: 'minority' },
  'fast-leader': { fast: true, role: 'leader' },
  'fast-one': { fast: true, role: 'one' },
  'fast-minority': { fast: true, role: 'minority' },
};

const wrongRates = nodeFault({
  name: 'clock-rate',
  description: 'makes the monotonic and the wall clock of nodes slow or fast',
  needs: ['clock', 'cut'],
  variants: Object.keys(VARIANTS),
  byLeader: Object.keys(VARIANTS).filter((name) => VARIANTS[name].role === 'leader'),
  parameters: nodeChoice.extend({ share: z.number(), skew: carriedSkew, links: carriedLinks }),
  restore: putRight,
  remains: wrongClocks,

  draw: (random, nodes) => ({ ...drawOrder(random, nodes), share: random.next() }),
  roleOf: ({ variant }) => VARIANTS[variant].role,

  async strike(nodes, { variant, parameters }, context) {
    const { fast, alone } = VARIANTS[variant];
    const driftPpm = drawDrift(fast, alone ? 1 : parameters.share, context);
    const skew = parameters.skew ?? { offsetMs: 0, driftPpm, monotonic: true };
    const seen = await skewNodes(nodes, skew, context);
    return { seen, resolve: (drawn) => ({ ...drawn, skew: { ...skew } }) };
  },

  bringBack: (node) => rightClock(node),
});

/**
 * Both clocks of a node at a wrong rate: what leases and timeouts rest on. Real oscillators are wrong by some
 * hundred parts in a million; what a bound on drift is worth shows sooner with more.
 *
 * `slow-leader-alone` is what a lease has to fear: the leader's clocks run at half their rate, and then nothing passes
 * between it and the others, who elect another one while the lease of the first has not run out (thesis, 6.4.1).
 */
export const clockRate = defineNemesis({
  ...wrongRates,

  async inject(planned, context) {
    const carried = await wrongRates.inject(planned, context);
    if (!VARIANTS[planned.variant].alone) return carried;
    const links = planned.parameters.links ?? aroundNode(carried.nodes.at(0), context);
    const cut = await cutLinks(links, context);
    return {
      ...carried,
      nodes: mostTouched(links, context),
      parameters: { ...carried.parameters, links },
      evidence: both(carried.evidence, cut),
    };
  },

  async heal(fault, context) {
    const { links } = fault.parameters;
    if (links === undefined) return wrongRates.heal(fault, context);
    const open = await openLinks(links, context);
    return both(open, await wrongRates.heal(fault, context));
  },
});

/** Both directions between a node, the first where there is none to choose, and all others. */
function aroundNode(name: string | undefined, { cluster }: NemesisContext): Link[] {
  const names = cluster.nodes.map((node) => node.name);
  const alone = name ?? names[0];
  return between(
    [alone],
    names.filter((other) => other !== alone),
  );
}
