import { describe, expect, it } from 'vitest';

import { complaintAbout, vocabularyOf } from '../harness/contracts/operations/vocabulary.js';
import { familiesNeeded } from '../harness/contracts/operations/serving.js';
import { createRandom } from '../harness/environment/random.js';
import { limit } from '../harness/generators/combinators.js';
import { drive } from '../harness/generators/testing/drive.js';
import { WORKLOADS } from './registry.js';

/** Every workload with its defaults, and with each value of an option that needs more. */
const configurations = Object.values(WORKLOADS).flatMap((workload) => {
  const more = Object.entries(workload.options).flatMap(([name, { needs = {} }]) =>
    Object.keys(needs).map((value) => ({ [name]: value })),
  );
  return [{}, ...more].map((options) => ({ name: workload.name, workload, options }));
});

describe.each(configurations)('the workload $name with $options', ({ workload, options }) => {
  const operations = vocabularyOf(familiesNeeded(workload, options));
  const plan = workload.create(options, createRandom(1), 3);

  it('asks for nothing but what it says it needs, and with values of the right shape', () => {
    const asked = [...drive(limit(2_000, plan.load)), ...drive(limit(100, plan.final))];
    const complaints = asked.map(({ invocation }) => {
      const shape = operations.shapeOf(invocation.f);
      return shape ? complaintAbout(invocation.f, shape, invocation) : invocation.f;
    });
    expect(asked.length).toBeGreaterThan(100);
    expect(complaints.filter((complaint) => complaint !== undefined)).toEqual([]);
  });
});
