import type { Link } from '../../harness/contracts/cluster.js';
import type { Evidence, NemesisContext } from '../../harness/contracts/nemesis.js';
import { CUT_PROBE_MS, nameLinks, OPEN_PROBE_MS, probeable, probeAll } from '../evidence/probes.js';
import { otherLinks } from '../victims/links.js';

/** Cuts links, and measures which of them let nothing pass any more that did before. */
export async function cutLinks(links: readonly Link[], context: NemesisContext): Promise<Evidence> {
  const before = await probeAll(probeable(links, context), OPEN_PROBE_MS, context);
  await context.cluster.network.cut(links);
  return observeCut(links, before.passing, context);
}

/** Opens links that were cut, and measures that they pass. */
export async function openLinks(
  links: readonly Link[],
  context: NemesisContext,
): Promise<Evidence> {
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
}

/**
 * It took effect where every cut link that passed before lets nothing pass now. A link that did not pass before
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
