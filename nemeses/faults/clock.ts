import type { ClockSkew, ClusterNode } from '../../harness/contracts/cluster.js';
import type {
  CarriedFault,
  Evidence,
  Nemesis,
  NemesisContext,
} from '../../harness/contracts/nemesis.js';
import type { JsonObject } from '../../harness/json.js';
import {
  clockSkews,
  isRight,
  observeSkew,
  putRight,
  skewOf,
  formatSkew,
} from '../evidence/clocks.js';
import { both, observeReturn } from '../evidence/probes.js';
import { partition } from './partition.js';
import { chooseNodes, drawOrder } from '../victims/roles.js';
import { carriedAs, healNodes } from '../victims/victims.js';

const KINDS = ['jump-forward', 'jump-back', 'offset', 'drift', 'strobe'];
const ROLES = ['one', 'leader', 'minority', 'all'];

/** Less could not be told from the time that a reading takes. */
const LEAST_OFFSET_MS = 1_000;
/** A strobe is told by readings of whole seconds. */
const LEAST_STROBE_MS = 4_000;
/** Less would have to be watched for long. */
const LEAST_DRIFT_PPM = 200_000;
const DEFAULT_MAX_RATE = 2;
const STROBE_PERIODS_MS = [67, 134, 268, 537];
const DEFAULT_MAX_MS = 300_000;

/**
 * Wall clocks that are wrong: jumps in either direction, an offset that was there from the node's start (it is
 * restarted with it), a rate that is not right, and a clock that goes back and forth. The monotonic clock stays
 * as it is. Offsets are up to the run's limit, drawn so that small ones are as frequent as large ones.
 */
export const clock: Nemesis = {
  name: 'clock',
  description: 'makes wall clocks jump, drift and strobe',
  needs: ['clock'],
  variants: KINDS,

  plan: (random, nodes, variant = random.pick(KINDS)) => ({
    fault: 'clock',
    variant,
    parameters: {
      ...drawOrder(random, nodes),
      role: random.pick(ROLES),
      share: random.next(),
      forward: random.integer(2) === 1,
      strobeMs: random.pick(STROBE_PERIODS_MS),
    },
  }),

  async inject(planned, context) {
    const { variant, parameters } = planned;
    const chosen = await chooseNodes(String(parameters.role), parameters, context);
    const skew = skewIn(parameters) ?? drawSkew(variant, parameters, context);
    const before = await clockSkews(chosen.nodes);
    const bring = variant === 'offset' ? restartWith : skewRunning;
    await Promise.all(chosen.nodes.map((node) => bring(node, skew)));
    if (variant === 'offset') await allAnswer(chosen.nodes, context);
    const seen = await observeSkew(chosen.nodes, skew, before, context);
    return withSkew(carriedAs(planned, chosen, seen), skew);
  },

  heal: (fault, context) => healClocks(fault, context),
};

/**
 * Both clocks of a node at a wrong rate: what leases and timeouts rest on. Real oscillators are wrong by some
 * hundred parts in a million; what a bound on drift is worth shows sooner with more.
 *
 * `slow-leader-alone` is what a lease has to fear: the leader's clocks run at half their rate, and then nothing passes
 * between it and the others, who elect another one while the lease of the first has not run out (thesis, 6.4.1).
 */
export const clockRate: Nemesis = {
  name: 'clock-rate',
  description: 'makes the monotonic and the wall clock of nodes slow or fast',
  needs: ['clock', 'cut'],
  variants: [
    'slow-leader',
    'slow-leader-alone',
    'slow-one',
    'slow-minority',
    'fast-leader',
    'fast-one',
    'fast-minority',
  ],

  plan: (random, nodes, variant = random.pick(clockRate.variants)) => ({
    fault: 'clock-rate',
    variant,
    parameters: { ...drawOrder(random, nodes), share: random.next() },
  }),

  async inject(planned, context) {
    const { fault, variant, parameters } = planned;
    const [pace, role, alone] = variant.split('-');
    const chosen = await chooseNodes(role, parameters, context);
    const driftPpm = driftOf(pace === 'fast', alone ? 1 : Number(parameters.share), context);
    const skew = skewIn(parameters) ?? { offsetMs: 0, driftPpm, monotonic: true };
    const before = await clockSkews(chosen.nodes);
    await Promise.all(chosen.nodes.map((node) => skewRunning(node, skew)));
    const seen = await observeSkew(chosen.nodes, skew, before, context);
    const carried = withSkew(carriedAs(planned, chosen, seen), skew);
    if (!alone) return carried;
    const isolation = { fault, variant: 'isolate-leader', parameters: carried.parameters };
    const cut = await partition.inject(isolation, context);
    return { ...cut, variant, evidence: both(carried.evidence, cut.evidence) };
  },

  async heal(fault, context) {
    if (fault.parameters.links === undefined) return healClocks(fault, context);
    const open = await partition.heal(fault, context);
    return both(open, await healClocks(fault, context));
  },
};

/** The skew as it was carried out, for who carries it out again. */
function withSkew(carried: CarriedFault, skew: ClockSkew): CarriedFault {
  return { ...carried, parameters: { ...carried.parameters, skew: { ...skew } } };
}

function healClocks(fault: CarriedFault, context: NemesisContext): Promise<Evidence> {
  return healNodes(fault, context, async (node) => {
    const during = await skewOf(node).catch(() => undefined);
    await putRight(node);
    if (node.state !== 'running') {
      return { back: true, observation: `${node.name}: ${node.state}, starts with a right clock` };
    }
    const after = await skewOf(node);
    const off = during === undefined ? 'could not be read' : `was off by ${formatSkew(during)}`;
    const observation = `${node.name}: its wall clock ${off}, is off by ${formatSkew(after)} now`;
    return { back: isRight(after), observation };
  });
}

async function skewRunning(node: ClusterNode, skew: ClockSkew): Promise<void> {
  if (node.clock === undefined) throw new Error(`the clock of ${node.name} cannot be skewed`);
  await node.clock.skew(skew);
}

/** As a machine that comes up with a wrong clock. */
async function restartWith(node: ClusterNode, skew: ClockSkew): Promise<void> {
  await node.process.kill();
  await skewRunning(node, skew);
  await node.process.start();
}

async function allAnswer(nodes: readonly ClusterNode[], context: NemesisContext): Promise<void> {
  await Promise.all(nodes.map((node) => observeReturn(node, 'started again', context)));
}

/** The skew of a fault that was carried out before. */
function skewIn({ skew }: JsonObject): ClockSkew | undefined {
  if (skew === null || typeof skew !== 'object' || Array.isArray(skew)) return undefined;
  return skew as unknown as ClockSkew;
}

function drawSkew(
  variant: string,
  { share, forward, strobeMs }: JsonObject,
  context: NemesisContext,
): ClockSkew {
  const { clockMaxMs = DEFAULT_MAX_MS } = context;
  const least = variant === 'strobe' ? LEAST_STROBE_MS : LEAST_OFFSET_MS;
  const size = Math.round(between(Math.min(least, clockMaxMs), clockMaxMs, Number(share)));
  const signed = forward === true ? size : -size;
  if (variant === 'drift')
    return { offsetMs: 0, driftPpm: driftOf(forward === true, Number(share), context) };
  if (variant === 'strobe') return { offsetMs: signed, driftPpm: 0, strobeMs: Number(strobeMs) };
  const offsets: Record<string, number> = { 'jump-forward': size, 'jump-back': -size };
  return { offsetMs: offsets[variant] ?? signed, driftPpm: 0 };
}

/** A fast clock is at most `clockRateMax` times as fast as a right one, which is at most so many times as fast as a slow one. */
function driftOf(
  fast: boolean,
  share: number,
  { clockRateMax = DEFAULT_MAX_RATE }: NemesisContext,
): number {
  const most = 1e6 * (fast ? clockRateMax - 1 : 1 - 1 / clockRateMax);
  return Math.round(between(LEAST_DRIFT_PPM, most, share)) * (fast ? 1 : -1);
}

/** Each order of magnitude is as likely as any other. */
function between(least: number, most: number, share: number): number {
  return least * (most / least) ** share;
}
