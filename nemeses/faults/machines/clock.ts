import { z } from 'zod';

import type { ClockSkew, ClusterNode } from '../../../harness/contracts/cluster.js';
import type { NemesisContext, PlannedFault } from '../../../harness/contracts/nemesis.js';
import { putRight } from '../../evidence/clocks.js';
import { observeReturn } from '../../evidence/probes.js';
import { nodeFault } from '../../mechanisms/node-fault.js';
import {
  between,
  carriedSkew,
  drawDrift,
  rightClock,
  skewNodes,
  skewRunning,
  wrongClocks,
} from '../../mechanisms/skews.js';
import { drawOrder, nodeChoice } from '../../victims/roles.js';

const ROLES = ['one', 'leader', 'minority', 'all'] as const;

/** Less could not be told from the time that a reading takes. */
const LEAST_OFFSET_MS = 1_000;
/** A strobe is told by readings of whole seconds. */
const LEAST_STROBE_MS = 4_000;
const STROBE_PERIODS_MS = [67, 134, 268, 537];
const DEFAULT_MAX_MS = 300_000;

const clockParameters = nodeChoice.extend({
  role: z.enum(ROLES),
  share: z.number(),
  forward: z.boolean(),
  strobeMs: z.number(),
  skew: carriedSkew,
});

/**
 * Wall clocks that are wrong: jumps in either direction, an offset that was there from the node's start (it is
 * restarted with it), a rate that is not right, and a clock that goes back and forth. The monotonic clock stays
 * as it is. Offsets are up to the run's limit, drawn so that small ones are as frequent as large ones.
 */
export const clock = nodeFault({
  name: 'clock',
  description: 'makes wall clocks jump, drift and strobe',
  needs: ['clock'],
  variants: ['jump-forward', 'jump-back', 'offset', 'drift', 'strobe'],
  parameters: clockParameters,
  restore: putRight,
  remains: wrongClocks,

  draw: (random, nodes) => ({
    ...drawOrder(random, nodes),
    role: random.pick(ROLES),
    share: random.next(),
    forward: random.integer(2) === 1,
    strobeMs: random.pick(STROBE_PERIODS_MS),
  }),
  roleOf: ({ parameters }) => parameters.role,

  async strike(nodes, fault, context) {
    const skew = fault.parameters.skew ?? skewFor(fault, context);
    const bring = fault.variant === 'offset' ? restartWith : skewRunning;
    const seen = await skewNodes(nodes, skew, context, bring);
    return { seen, resolve: (parameters) => ({ ...parameters, skew: { ...skew } }) };
  },

  bringBack: (node) => rightClock(node),
});

/** As a machine that comes up with a wrong clock. */
async function restartWith(
  node: ClusterNode,
  skew: ClockSkew,
  context: NemesisContext,
): Promise<void> {
  await node.process.kill();
  await skewRunning(node, skew);
  await node.process.start();
  await observeReturn(node, 'started again', context);
}

function skewFor(
  { variant, parameters }: PlannedFault<z.infer<typeof clockParameters>>,
  context: NemesisContext,
): ClockSkew {
  const { share, forward, strobeMs } = parameters;
  const { clockMaxMs = DEFAULT_MAX_MS } = context;
  const least = variant === 'strobe' ? LEAST_STROBE_MS : LEAST_OFFSET_MS;
  const size = Math.round(between(Math.min(least, clockMaxMs), clockMaxMs, share));
  const signed = forward ? size : -size;
  if (variant === 'drift') return { offsetMs: 0, driftPpm: drawDrift(forward, share, context) };
  if (variant === 'strobe') return { offsetMs: signed, driftPpm: 0, strobeMs };
  const offsets: Record<string, number> = { 'jump-forward': size, 'jump-back': -size };
  return { offsetMs: offsets[variant] ?? signed, driftPpm: 0 };
}
