import { describe, expect, it } from 'vitest';

import { createRandom } from '../../../harness/environment/random.js';
import { createRealClock } from '../../../harness/environment/real.js';
import type { HistoryEvent } from '../../../harness/history/event.js';
import { MODELS } from '../../models/catalogue.js';
import { compareFrontier, compareOnline, eventsOf } from '../testing/agreement.js';
import { registerSimulator } from '../testing/register-simulators.js';
import { SIMULATORS } from '../testing/simulators.js';
import { simulateHistory } from '../testing/simulator.js';
import { createOnlineChecker, type OnlineViolation } from './online-checker.js';

const clock = createRealClock();

describe('the frontier', () => {
  it.each(Object.entries(MODELS))('agrees with brute force: %s', (name, model) => {
    expect(SIMULATORS[name].length).toBeGreaterThan(0);
    for (const simulator of SIMULATORS[name]) {
      compareFrontier(model, simulator, 20_000 / SIMULATORS[name].length);
    }
  });
});

describe('the online checker', () => {
  it('ends with the verdict of the checker afterwards', async () => {
    const model = MODELS['cas-register'];
    const simulator = registerSimulator({ unique: true, domain: 0, cas: 0.3 });
    const verdicts = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const lieRate = seed % 2 ? 0.002 : 0;
      const shape = { operations: 300, processes: 4, crashRate: 0.02, lieRate };
      verdicts.add(await compareOnline(model, simulator, shape, seed));
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

  it('takes what failed for what never happened', async () => {
    const online = createOnlineChecker({ model: 'register', clock });
    const [write, read] = [
      { process: 0, f: 'write', value: 1 },
      { process: 1, f: 'read' },
    ];
    const events: Omit<HistoryEvent, 'index' | 'time'>[] = [
      { ...write, type: 'invoke' },
      { ...write, type: 'fail', error: { code: 'refused' } },
      { ...read, type: 'invoke' },
      { ...read, type: 'ok', value: 1 },
    ];
    events.forEach((event, index) => online.observe({ ...event, index, time: index }));
    expect(await online.finish()).toBe('invalid');
  });

  it('knows nothing where the model of a user throws', async () => {
    const step = () => {
      throw new Error('no idea');
    };
    const online = createOnlineChecker({ model: { ...MODELS.register, step }, clock });
    const read = { process: 0, f: 'read' };
    online.observe({ ...read, index: 0, time: 0, type: 'invoke' });
    online.observe({ ...read, index: 1, time: 1, type: 'ok', value: 1 });
    expect(await online.finish()).toBe('unknown');
  });

  it('does not know of keys that became too hard to follow', async () => {
    const shape = { operations: 200, processes: 8, crashRate: 0.05, lieRate: 0 };
    const simulator = registerSimulator({ unique: false, domain: 4, cas: 0.5 });
    const model = MODELS['cas-register'];
    const online = createOnlineChecker({ model, clock, maxPossibilities: 1 });
    for (const event of eventsOf(simulateHistory(simulator, shape, createRandom(1)))) {
      online.observe(event);
    }
    expect(await online.finish()).toBe('unknown');
    expect(online.status().keysGivenUp).toBe(1);
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
