import type { Random } from '../../../harness/environment/random.js';
import type { TestNetwork } from './network.js';

export type ChaosFault = 'partition' | 'kill' | 'power' | 'pause';

/** Which faults come how often, in virtual milliseconds. */
export interface FaultPlan<Fault extends string> {
  faults: readonly Fault[];
  durationMs: number;
  /** Mean time between two. */
  everyMs: number;
  /** Carries out what is no fault of every system. */
  injectOther: (fault: Exclude<Fault, ChaosFault>, names: readonly string[]) => void;
}

export function scheduleFaults<Fault extends string>(
  network: TestNetwork,
  random: Random,
  plan: FaultPlan<Fault | ChaosFault>,
): void {
  const next = (): void => {
    if (network.nowMs >= plan.durationMs) return;
    const names = [...network.nodes.keys()];
    const fault = random.pick(plan.faults);
    if (isGeneral(fault)) injectFault(network, random, fault, names);
    else plan.injectOther(fault as Exclude<Fault, ChaosFault>, names);
    network.after(random.exponential(plan.everyMs), next);
  };
  network.after(300, next);
}

function isGeneral(fault: string): fault is ChaosFault {
  return fault === 'partition' || fault === 'kill' || fault === 'power' || fault === 'pause';
}

/** Each fault heals by itself after a while, or meets the next one before that. */
function injectFault(
  network: TestNetwork,
  random: Random,
  fault: ChaosFault,
  names: readonly string[],
): void {
  const lastsMs = random.exponential(300);
  switch (fault) {
    case 'partition':
      network.heal();
      partition(network, random, names);
      network.after(lastsMs, () => network.heal());
      break;
    case 'kill':
    case 'power':
      for (const name of pickVictims(network, random, names)) {
        network.crash(name, fault);
        network.after(random.exponential(100), () => network.restart(name));
      }
      break;
    case 'pause':
      network.pause(random.pick(names), lastsMs);
      break;
  }
}

function partition(network: TestNetwork, random: Random, names: readonly string[]): void {
  const shuffled = random.shuffle(names);
  const leaders = network.leaders();
  switch (random.integer(4)) {
    case 0:
      network.partition(shuffled.slice(0, 1), shuffled.slice(1));
      break;
    case 1:
      network.partition(
        leaders,
        names.filter((name) => !leaders.includes(name)),
      );
      break;
    case 2: {
      const size = 1 + random.integer(names.length - 1);
      network.partition(shuffled.slice(0, size), shuffled.slice(size));
      break;
    }
    default: {
      const all = names.flatMap((from) => names.map((to) => `${from}>${to}`));
      network.cut(all.filter(() => random.integer(3) === 0));
    }
  }
}

function pickVictims(
  network: TestNetwork,
  random: Random,
  names: readonly string[],
): readonly string[] {
  const kind = random.integer(4);
  if (kind === 0) return names;
  if (kind === 1) return network.leaders();
  return random.shuffle(names).slice(0, kind === 2 ? 1 : 1 + random.integer(names.length));
}

/** Heals the network and starts whatever is down. */
export function healAll(network: TestNetwork): void {
  network.heal();
  for (const [name, node] of network.nodes) {
    node.pausedUntilMs = 0;
    network.restart(name);
  }
}
