import { describe, expect, it } from 'vitest';

import { createRandom } from '../../../harness/environment/random.js';
import { createRealClock } from '../../../harness/environment/real.js';
import type { HistoryEvent } from '../../../harness/history/event.js';
import type { Operation } from '../../../harness/history/operation.js';
import { MODELS } from '../../models/catalogue.js';
import { decide } from '../decide.js';
import { bruteForce } from '../search/brute-force.js';
import { unlimited } from '../testing/conformance.js';
import { registerSimulator } from '../testing/register-simulators.js';
import { SIMULATORS } from '../testing/simulators.js';
import { simulateHistory } from '../testing/simulator.js';
import { prepared, smallCase, soakCases } from '../testing/soak.js';
import { Frontier } from './frontier.js';
import { createOnlineChecker, type OnlineViolation } from './online-checker.js';

const clock = createRealClock();

/** The events behind operations, in order. */
function eventsOf(operations: readonly Operation[]): HistoryEvent[] {
  const events = operations.flatMap((each): HistoryEvent[] => {
    const { process, f, key, input, output, type, call, return: end, error } = each;
    const invoke: HistoryEvent = {
      index: call,
      time: call,
      process,
      type: 'invoke',
      f,
      key,
      value: input,
    };
    if (end === Infinity) return [invoke];
    return [invoke, { index: end, time: end, process, type, f, key, value: output, error }];
  });
  return events.sort((a, b) => a.index - b.index);
}

describe('the frontier', () => {
  it.each(Object.entries(MODELS))('agrees with brute force: %s', (name, model) => {
    for (const simulator of SIMULATORS[name]) {
      for (let seed = 0; seed < soakCases(3_000); seed++) {
        const operations = smallCase(model, simulator, seed);
        const frontier = new Frontier(model, 1e6);
        let isPossible: boolean | undefined = true;
        for (const { index, type } of eventsOf(operations)) {
          const operation = operations.find((each) => each.call === index || each.return === index);
          if (!operation) continue;
          if (type === 'invoke') frontier.call(operation);
          else isPossible = frontier.return(operation);
          if (!isPossible) break;
        }
        if (isPossible !== bruteForce(model, operations)) expect.fail(`seed ${seed}`);
      }
    }
  });
});

describe('the online checker', () => {
  it('ends with the verdict of the checker afterwards', async () => {
    const model = MODELS['cas-register'];
    const simulator = registerSimulator({ unique: true, domain: 0, cas: 0.3 });
    const verdicts = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const shape = {
        operations: 300,
        processes: 4,
        crashRate: 0.02,
        lieRate: seed % 2 ? 0.002 : 0,
      };
      const operations = simulateHistory(simulator, shape, createRandom(seed));
      const violations: OnlineViolation[] = [];
      const online = createOnlineChecker({
        model,
        clock,
        onViolation: (each) => violations.push(each),
      });
      for (const event of eventsOf(operations)) online.observe(event);
      const verdict = await online.finish();
      const question = { model, operations: prepared(model, operations) };
      expect({ seed, verdict }).toEqual({
        seed,
        verdict: decide(question, unlimited()).answer.verdict,
      });
      expect(violations).toHaveLength(verdict === 'invalid' ? 1 : 0);
      verdicts.add(verdict);
    }
    expect(verdicts).toEqual(new Set(['valid', 'invalid']));
  });

  it('keeps nothing of what is over', async () => {
    const model = MODELS.register;
    const simulator = registerSimulator({ unique: true, domain: 0, cas: 0 });
    const shape = { operations: 20_000, processes: 5, crashRate: 0, lieRate: 0 };
    const online = createOnlineChecker({ model, clock });
    for (const event of eventsOf(simulateHistory(simulator, shape, createRandom(1)))) {
      online.observe(event);
    }
    expect(await online.finish()).toBe('valid');
    const { kept, ...status } = online.status();
    expect(status).toMatchObject({ judged: 40_000, waiting: 0, keysGivenUp: 0 });
    expect(kept).toBeLessThan(50);
  });

  it('says at once what it found, while the run goes on', async () => {
    const found = new Promise<OnlineViolation>((resolve) => {
      const online = createOnlineChecker({ model: 'register', clock, onViolation: resolve });
      const event = { process: 0, f: 'read', key: 'a', time: 7 };
      online.observe({ ...event, index: 0, type: 'invoke' });
      online.observe({ ...event, index: 1, type: 'ok', value: 4 });
    });
    expect(await found).toMatchObject({ key: 'a', index: 1, time: 7 });
  });
});
