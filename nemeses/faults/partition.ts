import type { Link } from '../../harness/contracts/cluster.js';
import type { Evidence, Nemesis, NemesisContext } from '../../harness/contracts/nemesis.js';
import type { JsonObject } from '../../harness/json.js';
import { CUT_PROBE_MS, nameLinks, OPEN_PROBE_MS, probeable, probeAll } from '../evidence/probes.js';
import { linksAsJson, linksIn, mostTouched, otherLinks } from '../victims/links.js';
import { chooseNodes, drawOrder, minoritySize } from '../victims/roles.js';
import { SPLITS } from '../victims/splits.js';

type Variant = keyof typeof SPLITS;
const VARIANTS = Object.keys(SPLITS) as Variant[];

/** Links between nodes that let nothing pass; clients still reach every node. */
export const partition: Nemesis = {
  name: 'partition',
  description: 'cuts links between nodes, in one direction or both; clients reach all of them',
  needs: ['cut'],
  variants: VARIANTS,

  plan: (random, nodes, variant = random.pick(VARIANTS)) => ({
    fault: 'partition',
    variant,
    parameters: {
      ...drawOrder(random, nodes),
      groupSize: 1 + random.integer(minoritySize(nodes.length)),
      direction: random.pick(['outbound', 'inbound']),
    },
  }),

  async inject({ fault, variant, parameters }, context) {
    const { links, notes } = await resolveLinks(variant, parameters, context);
    const before = await probeAll(probeable(links, context), OPEN_PROBE_MS, context);
    await context.cluster.network.cut(links);
    const { tookEffect, observations } = await observeCut(links, before.passing, context);
    return {
      fault,
      variant,
      nodes: mostTouched(links, context),
      parameters: { ...parameters, links: linksAsJson(links) },
      evidence: { tookEffect, observations: [...notes, ...observations] },
    };
  },

  async heal({ parameters }, context) {
    const links = linksIn(parameters.links) ?? [];
    const held = await context.cluster.network.heldBack?.(links);
    await context.cluster.network.heal(links);
    const open = probeable(links, context);
    const { passing, blocked } = await probeAll(open, OPEN_PROBE_MS, context);
    const observations = [`${passing.length} of ${open.length} links pass again`];
    if (blocked.length > 0) observations.push(`still cut: ${nameLinks(blocked)}`);
    if (held !== undefined) {
      const { bytes, connections } = held;
      observations.push(`${bytes} bytes and ${connections} new connections had been held back`);
    }
    return { tookEffect: blocked.length === 0, observations };
  },
};

async function resolveLinks(
  variant: string,
  parameters: JsonObject,
  context: NemesisContext,
): Promise<{ links: Link[]; notes: readonly string[] }> {
  const carried = linksIn(parameters.links);
  if (carried !== undefined) return { links: carried, notes: [] };
  const names = context.cluster.nodes.map((node) => node.name);
  const { order, groupSize, direction } = parameters;
  const isolated =
    variant === 'isolate-leader'
      ? await chooseNodes('leader', parameters, context)
      : { nodes: [], notes: [] };
  const links = SPLITS[variant as Variant]({
    names,
    order: order as string[],
    leader: isolated.nodes.at(0)?.name ?? names[0],
    groupSize: Number(groupSize),
    direction: direction === 'inbound' ? 'inbound' : 'outbound',
  });
  return { links, notes: isolated.notes };
}

/**
 * It tookEffect where every cut link that passed before lets nothing pass now. A link that did not pass before
 * proves nothing, and neither do cut links where nothing at all passes any more: then it is the measuring
 * that has failed.
 */
async function observeCut(
  links: readonly Link[],
  passedBefore: readonly Link[],
  context: NemesisContext,
): Promise<Evidence> {
  const open = probeable(otherLinks(links, context), context);
  const [cut, others] = await Promise.all([
    probeAll(probeable(passedBefore, context), CUT_PROBE_MS, context),
    probeAll(open, OPEN_PROBE_MS, context),
  ]);
  const observations = [
    `${passedBefore.length} of ${links.length} links to be cut were seen to pass before`,
    `${others.passing.length} of ${open.length} other links pass`,
  ];
  if (cut.blocked.length > 0) {
    const count = `${cut.blocked.length} of ${passedBefore.length}`;
    observations.push(
      `no probe arrived within ${CUT_PROBE_MS} ms on ${count}: ${nameLinks(cut.blocked)}`,
    );
  }
  if (cut.passing.length > 0) observations.push(`not cut: ${nameLinks(cut.passing)}`);
  if (others.blocked.length > 0) observations.push(`nothing on: ${nameLinks(others.blocked)}`);
  const measured = open.length === 0 || others.passing.length > 0;
  return {
    tookEffect: measured && cut.blocked.length > 0 && cut.passing.length === 0,
    observations,
  };
}
