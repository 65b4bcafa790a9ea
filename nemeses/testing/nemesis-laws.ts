import { isDeepStrictEqual } from 'node:util';

import type { CarriedFault, Nemesis } from '../../harness/contracts/nemesis.js';
import { createRandom } from '../../harness/environment/random.js';
import { createVirtualClock } from '../../harness/environment/virtual.js';
import { demand, type Law } from '../../harness/testing/law.js';
import { type FakeContext, fakeContext } from './fake-cluster.js';

/** One variant of a nemesis. */
export interface NemesisSubject {
  nemesis: Nemesis;
  variant: string;
}

const NAMES = ['n1', 'n2', 'n3', 'n4', 'n5'];
const SEEDS = 20;

/** What the planner, the driver and a replay rest on, on a cluster in memory that does what it is told. */
export const NEMESIS_LAWS: readonly Law<NemesisSubject>[] = [
  {
    title: 'plans the same from the same seed',
    hold: ({ nemesis, variant }) => {
      for (let seed = 0; seed < SEEDS; seed++) {
        const plans = [plan(nemesis, variant, seed), plan(nemesis, variant, seed)];
        demand(isDeepStrictEqual(plans[0], plans[1]), `seed ${seed} makes two plans`);
      }
    },
  },
  {
    title: 'plans parameters that its schema reads back from a file',
    hold: ({ nemesis, variant }) => {
      const planned = plan(nemesis, variant, 1);
      demand(planned.fault === nemesis.name, `it plans a fault of the name ${planned.fault}`);
      demand(planned.variant === variant, `asked for ${variant}, it plans ${planned.variant}`);
      readBack(nemesis, planned.parameters);
    },
  },
  {
    title: 'takes effect, heals, and says what was measured',
    hold: async (subject) => {
      const { carried, heal, context } = await inject(subject, 'n2');
      demand(carried.evidence.tookEffect, `no effect: ${carried.evidence.observations.join('; ')}`);
      demand(carried.evidence.observations.length > 0, 'it says nothing of its effect');
      demand(carried.nodes.length > 0, 'it names no node that it touches');
      const healed = await heal();
      demand(healed.tookEffect, `not healed: ${healed.observations.join('; ')}`);
      demand(healed.observations.length > 0, 'it says nothing of its healing');
      demandUnharmed(context);
    },
  },
  {
    title: 'can be carried out again as it was, whoever leads then',
    hold: async (subject) => {
      const { nemesis } = subject;
      const { carried: first } = await inject(subject, 'n2');
      const stored = { ...first, parameters: readBack(nemesis, first.parameters) };
      const { carried: again } = await inject(subject, 'n5', stored);
      demand(
        isDeepStrictEqual(again.nodes, first.nodes),
        `first ${first.nodes.join(', ')}, then ${again.nodes.join(', ')}`,
      );
      demand(isDeepStrictEqual(again.parameters, first.parameters), 'the parameters differ');
    },
  },
  {
    title: 'is healed twice as well as once',
    hold: async (subject) => {
      const { heal, context } = await inject(subject, 'n2');
      await heal();
      await heal();
      demandUnharmed(context);
    },
  },
];

function plan(nemesis: Nemesis, variant: string, seed: number) {
  return nemesis.plan(createRandom(seed), NAMES, variant);
}

/** What is left of parameters that were written down. */
function readBack<Parameters>(nemesis: Nemesis<Parameters>, parameters: Parameters): Parameters {
  const stored: unknown = JSON.parse(JSON.stringify(parameters));
  const read = nemesis.parameters.parse(stored);
  demand(isDeepStrictEqual(read, stored), 'its schema reads other parameters than were written');
  return read;
}

async function inject(
  { nemesis, variant }: NemesisSubject,
  leader: string,
  fault: ReturnType<Nemesis['plan']> = plan(nemesis, variant, 3),
) {
  const clock = createVirtualClock();
  const context = fakeContext(NAMES.length, clock, leader);
  const carried: CarriedFault = await clock.runUntilSettled(nemesis.inject(fault, context));
  const heal = () => clock.runUntilSettled(nemesis.heal(carried, context));
  return { carried, context, heal };
}

function demandUnharmed({ cluster: { nodes, network } }: FakeContext): void {
  for (const { name, state } of nodes) demand(state === 'running', `${name} is left ${state}`);
  demand(network.blocked.size === 0, 'links are left cut');
  demand(network.delays.size === 0, 'links are left slow');
  demand(network.shapes.size === 0, 'links are left in another shape');
}
