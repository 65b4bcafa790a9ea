import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../harness/json.js';
import { EVIDENCE_SCHEMAS, type EvidenceKind, evidenceOf, findEvidence } from './evidence.js';
import { builtInChecks } from './testing/built-in-checks.js';

const checks = await builtInChecks();
const kinds = Object.keys(EVIDENCE_SCHEMAS) as EvidenceKind[];

describe('evidence', () => {
  it('is of a known kind for each checker, and there is no kind that none has', () => {
    const found = new Set(checks.map(({ evidence }) => evidence?.kind));
    expect([...found].sort()).toEqual([...kinds].sort());
  });

  it.each(kinds)('of %s is read back from JSON as it was found', (kind) => {
    const found = findEvidence(checks, kind);
    const stored = JSON.parse(JSON.stringify(checks)) as typeof checks;
    expect(found).toBeDefined();
    expect(findEvidence(stored, kind)).toEqual(found);
    expect(checks.find(({ evidence }) => evidence?.kind === kind)?.evidence).toEqual(found);
  });

  it('is not of its kind where its shape is another one', () => {
    const evidence = { kind: 'durability', tickets: 3 };
    const check = { checker: 'mine', verdict: 'valid', summary: '', evidence } as const;
    expect(evidenceOf(check, 'durability')).toBeUndefined();
    expect(evidenceOf({ ...check, evidence: undefined }, 'durability')).toBeUndefined();
  });

  it('of sessions is read where it was written before it named the operation', () => {
    const broken: JsonObject = {
      promise: 'session ownership',
      session: 7,
      event: 3,
      sentence: 'it was kept',
    };
    const evidence = { kind: 'sessions', broken: 1, first: [broken] };
    const check = { checker: 'sessions', verdict: 'invalid', summary: '', evidence } as const;
    expect(evidenceOf(check, 'sessions')?.first).toEqual([
      { ...broken, time: null, process: null, node: null, key: null },
    ]);
  });
});
