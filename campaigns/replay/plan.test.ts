import { describe, expect, it } from 'vitest';
import type { Nemesis, ScheduleEntry } from '../../harness/contracts/nemesis.js';
import { createRandom } from '../../harness/environment/random.js';
import { NEMESES } from '../../nemeses/registry.js';
import { UsageError } from '../definitions/usage-error.js';
import { differencesFromPlan, planFromSchedule, type ReplayGround } from './plan.js';

const NODES = ['n1', 'n2', 'n3'];
const ground: ReplayGround = {
  nemeses: NEMESES,
  capabilities: new Set(['kill', 'pause', 'power', 'cut']),
  runtime: 'process',
  lineOf: (index) => `schedule.jsonl line ${index + 1}`,
  nodes: NODES,
  loadStart: 2e9,
  loadMs: 10_000,
};

/** An entry as a run writes it; times in seconds since the run began. */
function entry(
  id: number,
  action: 'inject' | 'heal',
  at: number,
  fault: string,
  nodes: readonly string[] = ['n2'],
): ScheduleEntry {
  const planned = { fault, variant: 'one', parameters: { order: NODES, nodes: [...nodes] } };
  const evidence = { tookEffect: true, observations: [] };
  return {
    id,
    action,
    time: at * 1e9,
    doneTime: at * 1e9 + 1,
    fault: { ...planned, nodes, evidence },
  };
}

describe('a schedule as a plan', () => {
  it('has the same faults on the same nodes at the same times of the load', () => {
    const { plan, leftOut } = planFromSchedule(
      [
        entry(1, 'inject', 3, 'kill'),
        entry(2, 'inject', 4.5, 'power', ['n1', 'n3']),
        entry(1, 'heal', 5, 'kill'),
        entry(2, 'heal', 6.25, 'power', ['n1', 'n3']),
        entry(3, 'inject', 9, 'kill', ['n3']),
      ],
      ground,
    );
    expect(leftOut).toEqual([]);
    expect(plan.map(({ fault, startMs, endMs }) => [fault, startMs, endMs])).toEqual([
      ['kill', 1_000, 3_000],
      ['power', 2_500, 4_250],
      ['kill', 7_000, 10_000],
    ]);
    expect(plan.map(({ parameters }) => parameters.nodes)).toEqual([['n2'], ['n1', 'n3'], ['n3']]);
  });

  it('keeps apart what came one after the other, and lets be together what was', () => {
    const { plan } = planFromSchedule(
      [
        entry(1, 'inject', 3, 'kill'),
        entry(2, 'inject', 4, 'power'),
        entry(1, 'heal', 5, 'kill'),
        entry(3, 'inject', 6, 'kill'),
        entry(3, 'heal', 7, 'kill'),
        entry(4, 'inject', 8, 'kill'),
      ],
      ground,
    );
    expect(plan.map(({ lane }) => lane)).toEqual([0, 1, 0, 0]);
  });

  it('says what cannot be planned, and why', () => {
    const failed = { ...entry(4, 'inject', 6, 'kill'), error: 'no such process' };
    const { plan, leftOut } = planFromSchedule(
      [
        entry(1, 'inject', 3, 'meteor'),
        entry(2, 'inject', 4, 'loss'),
        entry(3, 'inject', 5, 'kill', ['n5']),
        failed,
      ],
      ground,
    );
    expect(plan).toEqual([]);
    expect(leftOut).toEqual([
      'meteor one (n2): there is no such fault here',
      'loss one (n2): the runtime process has no loss',
      'kill one (n5): there is no n5',
      'kill one (n2): it had failed then (no such process)',
    ]);
  });

  it('leaves out what the target has no way to do, and repeats the rest', () => {
    const refusal = ({ name }: Nemesis): string | undefined =>
      name === 'members' ? 'its members are fixed' : undefined;
    const schedule = [entry(1, 'inject', 3, 'members'), entry(2, 'inject', 5, 'kill')];
    const { plan, leftOut } = planFromSchedule(schedule, { ...ground, refusal });
    expect(plan.map(({ fault }) => fault)).toEqual(['kill']);
    expect(leftOut).toEqual(['members one (n2): its members are fixed']);
  });

  it('is refused by its line and its field where a parameter is not what the fault knows', () => {
    const torn = entry(2, 'inject', 5, 'kill');
    const fault = { ...torn.fault, parameters: { ...torn.fault.parameters, nodes: 'n2' } };
    const schedule = [
      entry(1, 'inject', 3, 'kill'),
      entry(1, 'heal', 4, 'kill'),
      { ...torn, fault },
    ];
    expect(() => planFromSchedule(schedule, ground)).toThrow(UsageError);
    expect(() => planFromSchedule(schedule, ground)).toThrow(
      'schedule.jsonl line 3: kill one: parameters.nodes: expected array, received string',
    );
  });

  it('says what was not carried out as it was planned', () => {
    const schedule = [1, 2, 3, 4].map((id) => entry(id, 'inject', 2 + id, 'kill', ['n1', 'n2']));
    const { plan } = planFromSchedule(schedule, ground);
    const [same, late, elsewhere] = schedule;
    const unseen = { tookEffect: false, observations: [] };
    const again = [
      same,
      { ...late, time: late.time + 1.5e9 },
      { ...elsewhere, fault: { ...elsewhere.fault, nodes: ['n1'], evidence: unseen } },
    ];
    expect(differencesFromPlan(plan, again, ground.loadStart)).toEqual([
      'kill one at 2.0 s: 1.5 s late',
      'kill one at 3.0 s: not seen to take effect, not on n2, down already',
      'kill one at 4.0 s: not carried out, the load ended before',
    ]);
  });

  it('is what a nemesis of this seed planned, where nothing has changed', () => {
    const planned = NEMESES.power.plan(createRandom(1), NODES, 'all');
    const evidence = { tookEffect: true, observations: [] };
    const fault = { ...planned, nodes: NODES, evidence };
    const schedule = [{ ...entry(1, 'inject', 3, 'power'), fault }];
    expect(planFromSchedule(schedule, ground).plan[0]).toMatchObject(planned);
  });
});
