import { describe, expect, it } from 'vitest';

import { createRealClock } from '../../../harness/environment/real.js';
import type { Operation } from '../../../harness/history/operation.js';
import type { JsonValue } from '../../../harness/json.js';
import { MODELS } from '../../models/catalogue.js';
import type { AnyModel } from '../../models/model.js';
import { decide } from '../engines/decide.js';
import { bruteForce } from '../testing/brute-force.js';
import { smallCase } from '../testing/cases.js';
import { unlimited } from '../testing/conformance.js';
import { keyValueSimulator, registerSimulator } from '../testing/register-simulators.js';
import { SIMULATORS } from '../testing/simulators.js';
import type { AnySimulator } from '../testing/simulator.js';
import { explainFailure } from './failure.js';
import { explainByTimes } from './sentences.js';

const cas = MODELS['cas-register'];
const clock = createRealClock();

/** An operation from event `call` to event `end`, a millisecond each; each by a process of its own. */
function operation(f: string, value: JsonValue, call: number, end: number): Operation {
  const [input, output] = f === 'read' ? [null, value] : [value, undefined];
  const times = { startTime: call * 1e6, endTime: end * 1e6 };
  return { process: call, f, input, output, type: 'ok', call, return: end, node: 'n1', ...times };
}

function told(operations: Operation[]): readonly string[] {
  const decision = decide({ model: cas, operations }, unlimited());
  return explainFailure(cas, { key: null, operations }, decision, clock, Infinity).sentences;
}

const cases: [string, AnyModel, AnySimulator][] = [
  ['a small domain', cas, registerSimulator({ unique: false, domain: 3, cas: 0.4 })],
  ['unique values', cas, registerSimulator({ unique: true, domain: 0, cas: 0.3 })],
  ['key-value', MODELS['key-value'], keyValueSimulator],
  ['counter', MODELS.counter, SIMULATORS.counter[0]],
];

describe('what is said of a failure', () => {
  it.each(cases)('is never said where nothing is wrong: %s', (_, model, simulator) => {
    let [said, silent] = [0, 0];
    for (let seed = 0; seed < 5_000; seed++) {
      const operations = smallCase(model, simulator, seed);
      const sentences = operations.map((each) => explainByTimes(model, operations, each));
      if (sentences.every((sentence) => sentence === undefined)) silent++;
      else if (bruteForce(model, operations)) expect.fail(`seed ${seed}: ${sentences.join()}`);
      else said++;
    }
    expect(silent).toBeGreaterThan(1_000);
    expect(said).toBeGreaterThan(200);
  });

  it('names what a stale read comes after, and the node that answered it, and nothing else', () => {
    const stale = operation('read', null, 4, 5);
    expect(told([operation('write', 1, 0, 3), stale])).toEqual([
      'read → nil (process 4 on n1, 0.004 s to 0.005 s) shows an older state: it was called after write 1 ' +
        '(process 0 on n1, 0.000 s to 0.003 s) had been acknowledged, and nothing brought nil back in time.',
    ]);
  });

  it('tells a read that is older than one before it, while the write still goes on', () => {
    const [write, fresh] = [operation('write', 2, 4, 20), operation('read', 2, 5, 6)];
    const operations = [operation('write', 1, 0, 1), write, fresh, operation('read', 1, 7, 8)];
    expect(told(operations)).toEqual([
      expect.stringMatching(
        /^read → 1 .* shows an older state: it was called after read → 2 .* had been answered, and nothing brought 1 back/,
      ),
    ]);
  });

  it('names an operation that is shown, where there are several', () => {
    const operations = [
      operation('write', 1, 0, 1),
      operation('write', 2, 2, 3),
      operation('write', 3, 4, 5),
      operation('read', 1, 6, 7),
    ];
    const [first, , last, stale] = operations;
    expect(explainByTimes(cas, operations, stale, [first, last, stale])).toContain('after write 3');
    expect(explainByTimes(cas, operations, stale)).toContain('after write 2');
  });

  it('quotes a state of several words', () => {
    const by = (process: number, f: string, call: number): Operation => ({
      ...operation(f, null, call, call + 1),
      process,
    });
    const operations = [by(1, 'acquire', 0), by(2, 'acquire', 2), by(1, 'release', 4)];
    expect(explainByTimes(MODELS['owner-mutex'], operations, operations[2])).toContain(
      'and nothing brought “held by process 1” back in time.',
    );
  });

  it('says of two values in force at once that the answers say so', () => {
    const both = [
      operation('write', 1, 0, 20),
      operation('write', 2, 1, 21),
      operation('read', 1, 2, 3),
      operation('read', 2, 4, 5),
      operation('read', 1, 6, 7),
      operation('read', 2, 8, 9),
    ];
    expect(told(both).at(-1)).toBe('By the answers, 1 and 2 were both the value at one time.');
    expect(told(both.slice(0, -1))).toEqual([
      expect.stringMatching(/^read → 1 .* cannot be placed in any order of the rest\.$/),
      'By the answers, 2 came and went while 1 was the value throughout.',
    ]);
  });
});
