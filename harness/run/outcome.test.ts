import { describe, expect, it } from 'vitest';

import type { CheckResult } from '../verdict.js';
import { composeOutcomes, composeVerdicts } from '../verdict.js';
import { decideOutcome, type OutcomeFacts } from './outcome.js';

const valid: CheckResult = { checker: 'a', verdict: 'valid', summary: 'fine' };
const invalid: CheckResult = { checker: 'b', verdict: 'invalid', summary: 'broken' };
const late: CheckResult = {
  checker: 'c',
  verdict: 'unknown',
  unknownReason: 'time',
  summary: 'late',
};
const thin: CheckResult = {
  checker: 'd',
  verdict: 'unknown',
  unknownReason: 'not enough data',
  summary: 'thin',
};
const crash = { node: 'n2', time: 5, exitCode: 1, signal: null, logTail: '' };

function facts(change: Partial<OutcomeFacts>): OutcomeFacts {
  return {
    results: [valid],
    crashes: [],
    ineffective: [],
    okCount: 9,
    interrupted: false,
    ...change,
  };
}

describe('the outcome of a run', () => {
  it('is a pass when nothing speaks against it', () => {
    expect(decideOutcome(facts({})).outcome).toBe('pass');
  });

  it('never masks a violation', () => {
    const everything = facts({
      results: [late, thin, invalid],
      failure: 'no engine',
      crashes: [crash],
      ineffective: ['partition'],
      okCount: 0,
    });
    expect(decideOutcome(everything)).toEqual({ outcome: 'violation', sentence: 'broken' });
  });

  it('is a violation where a crash breaks a promise', () => {
    const broken = facts({ crashes: [crash], brokenPromise: 'n2 lost what it had stored' });
    expect(decideOutcome(broken)).toEqual({
      outcome: 'violation',
      sentence: 'n2 lost what it had stored',
    });
  });

  it('says where a violation may be a loss as promised', () => {
    const weak = facts({ results: [invalid], promisedLosses: 'Little was promised.' });
    expect(decideOutcome(weak).sentence).toBe('broken Little was promised.');
    expect(decideOutcome(facts({ promisedLosses: 'Little was promised.' })).outcome).toBe('pass');
  });

  it('puts an error before what could not be decided', () => {
    expect(decideOutcome(facts({ results: [late], failure: 'no engine' }))).toEqual({
      outcome: 'error',
      sentence: 'no engine',
    });
    expect(decideOutcome(facts({ results: [late], crashes: [crash, crash] }))).toEqual({
      outcome: 'error',
      sentence:
        'Node n2 ended by itself with exit code 1 (and 1 more crashes); its log is in the run folder.',
    });
  });

  it('never calls an undecided run a pass', () => {
    expect(decideOutcome(facts({ results: [valid, late], okCount: 0 })).outcome).toBe(
      'inconclusive',
    );
  });

  it.each(['time', 'memory', 'checker failed', 'aborted'] as const)(
    'is inconclusive for want of %s',
    (unknownReason) => {
      const results = [{ ...late, unknownReason }];
      expect(decideOutcome(facts({ results })).outcome).toBe('inconclusive');
    },
  );

  it('is vacuous when nothing was learnt', () => {
    expect(decideOutcome(facts({ ineffective: ['kill'] })).outcome).toBe('vacuous');
    expect(decideOutcome(facts({ okCount: 0 })).outcome).toBe('vacuous');
    expect(decideOutcome(facts({ results: [thin] })).sentence).toBe('thin');
    expect(decideOutcome(facts({ ineffective: ['partition', 'kill'] })).sentence).toContain(
      'partition, kill',
    );
  });
});

describe('composition', () => {
  it('lets invalid beat unknown beat valid, and knows nothing from nothing', () => {
    expect(composeVerdicts(['valid', 'unknown', 'invalid'])).toBe('invalid');
    expect(composeVerdicts(['valid', 'unknown'])).toBe('unknown');
    expect(composeVerdicts(['valid', 'valid'])).toBe('valid');
    expect(composeVerdicts([])).toBe('unknown');
  });

  it('orders outcomes violation, error, inconclusive, vacuous, pass', () => {
    expect(composeOutcomes(['pass', 'vacuous', 'inconclusive', 'error', 'violation'])).toBe(
      'violation',
    );
    expect(composeOutcomes(['pass', 'vacuous', 'error'])).toBe('error');
    expect(composeOutcomes(['inconclusive', 'error'])).toBe('error');
    expect(composeOutcomes(['pass', 'vacuous', 'inconclusive'])).toBe('inconclusive');
    expect(composeOutcomes(['pass', 'vacuous'])).toBe('vacuous');
    expect(composeOutcomes(['pass', 'pass'])).toBe('pass');
  });
});
