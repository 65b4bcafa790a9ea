import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInChecks } from '../../checkers/testing/built-in-checks.js';
import type { AnyEvidence, EvidenceViewData } from '../../harness/evidence.js';
import type { CheckResult, Verdict } from '../../harness/verdict.js';
import { violationLines, viewOf } from './registry.js';
import type { EvidenceView } from './view/view.js';

const LOG = { color: false };

/** Everything of a view that is shown, as text and as HTML. */
function shown(view: EvidenceView): { text: string; html: string } {
  const lines = [
    view.sentence,
    ...view.violationLines(LOG),
    ...(view.basisLines?.() ?? []),
    ...(view.explanationLines?.(LOG) ?? []),
  ];
  const parts = [view.sections?.(), view.entry?.(), view.appendix?.()];
  return {
    text: lines.join('\n'),
    html: parts
      .map((part) => part?.text ?? '')
      .join('\n')
      .trim(),
  };
}

function check(evidence: unknown, verdict: Verdict = 'invalid', view?: unknown): CheckResult {
  return {
    checker: 'mine',
    verdict,
    summary: 'Something.',
    evidence: evidence as AnyEvidence,
    ...(view !== undefined && { view: view as EvidenceViewData }),
  };
}

function viewed(result: CheckResult): { text: string; html: string } {
  const view = viewOf(result);
  if (view === undefined) throw new Error('there is no view');
  return shown(view);
}

describe('the views of built-in kinds', async () => {
  const checks = await builtInChecks();

  it.each(checks.map((each) => [each.evidence?.kind ?? '', each] as const))(
    'show what %s found, and no JSON',
    (kind, result) => {
      const view = viewOf(result);
      const { text, html } = viewed(result);
      expect(view?.sentence).toMatch(/^[A-Z0-9].*\.$/);
      expect(text + html).not.toMatch(/\{"|\{&quot;|undefined|\[object|NaN/);
      expect(text).not.toContain('Evidence of the kind');
      if (['linearizability', 'sessions', 'invariants'].includes(kind)) {
        expect(violationLines([result], LOG).at(-1)).toBe('');
        expect(html).toContain('<section class="failure">');
      }
    },
  );

  it('say who broke which promise to a session, and when', () => {
    const result = checks.find(({ checker }) => checker === 'sessions');
    const { text, html } = viewed(result ?? check(undefined));
    expect(text).toMatch(
      /^2 promises were broken: 1 × watch before data and 1 × single system image\.$/m,
    );
    expect(text).toMatch(
      /0\.010 s +n2 shows process 1 version 4 of k after version 5 +1 +n2 +– +k$/m,
    );
    expect(html).toContain('Sessions did not get what they were promised');
    expect(html).toContain('sees nothing older there than it has seen before');
  });

  it('say which step broke which invariant', () => {
    const result = checks.find(({ checker }) => checker === 'invariants');
    const { text, html } = viewed(result ?? check(undefined));
    expect(text).toContain(
      'The invariant “one leader” did not hold after a step of n2 at 0.002 s.\n  two',
    );
    expect(html).toMatch(/<dt>Invariant<\/dt>\s*<dd>one leader<\/dd>/);
  });

  it('draw each kind once where several checks found the same', () => {
    const once = violationLines(checks, LOG);
    expect(violationLines([...checks, ...checks], LOG)).toEqual(once);
    const valid = checks.map((each) => ({ ...each, verdict: 'valid' as const }));
    expect(violationLines(valid, LOG)).toEqual([]);
  });
});

describe('evidence of a kind that nobody described', () => {
  const words = fc.string({ maxLength: 30 }).map((text) => text.replaceAll(/[{[]/g, '<b>'));
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 9, withCrossShrink: true },
      fc.oneof(words, fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined)),
      fc.array(tie('json')),
      fc.dictionary(words, tie('json')),
    ),
  }));

  it('is listed field by field, whatever it is, and never as JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(words, json), (fields) => {
        const { text, html } = viewed(check({ ...fields, kind: 'mine' }));
        expect(text).not.toMatch(/\{"|\[object/);
        expect(html).not.toContain('{&quot;');
        const tags = new Set(html.match(/<\/?[a-z]+/g)?.map((tag) => tag.replace(/<\/?/, '')));
        expect([...tags].filter((tag) => tag === 'b')).toEqual([]);
      }),
    );
  });

  it('has a name at each value, and says how much is left out', () => {
    const evidence = {
      kind: 'tickets',
      sold: 3,
      strict: false,
      twice: Array.from({ length: 30 }, (_, i) => ({ ticket: i, by: ['a', 'b'] })),
      deep: { a: { b: { c: { d: { e: { f: [[1]] } } } } } },
      long: 'x'.repeat(5_000),
    };
    const { text, html } = viewed(check(evidence));
    expect(text).toContain('\n  sold: 3\n  strict: no\n  twice: 30 of them\n    1\n');
    expect(text).toContain('  … and more, which is in results.json');
    expect(html).toContain('… and 10 more');
    expect(html.length).toBeLessThan(10_000);
    expect(html).toMatch(/<span class="field">e<\/span> …/);
  });

  it('ends with as many fields as a page can bear', () => {
    const many = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, i) => [`f${i}`, { i: [[i]] }]),
    );
    const { html } = viewed(check({ kind: 'mine', many }));
    expect(html.match(/<li>/g)?.length).toBeLessThan(500);
  });

  it('is that of its kind only where it has the shape of it', () => {
    const { text } = viewed(check({ kind: 'durability', lost: 3 }, 'valid'));
    expect(text).toContain('What mine recorded:\n  lost: 3');
  });

  it('is nothing where a checker left none', () => {
    expect(viewOf(check(undefined))).toBeUndefined();
    expect(viewed(check({ kind: 'mine' }))).toEqual({
      text: 'Evidence of the kind mine: nothing.',
      html: '',
    });
  });
});

describe('a view that a checker brings', () => {
  const view = {
    sentence: 'Two <b>items</b> were lost.',
    sections: [
      { title: 'Lost', columns: ['Item', 'At'], rows: [['a\u001b[2J', 3], ['b']] },
      {
        title: 'Totals',
        text: 'Of the whole run.',
        rows: [
          ['items', 90],
          ['lost', null],
        ],
      },
    ],
  };

  it('is shown in place of every other, escaped', () => {
    const { text, html } = viewed(
      check({ kind: 'sessions', broken: 0, first: [] }, 'invalid', view),
    );
    expect(text.split('\n').slice(1)).toEqual([
      'Two <b>items</b> were lost.',
      '',
      '  Lost',
      '    Item        At',
      '    ──────────  ──',
      '    a\\u001b[2J  3',
      '    b',
      '',
      '  Totals',
      '  Of the whole run.',
      '    items  90',
      '    lost   –',
    ]);
    expect(html).toContain('<h2>What mine found</h2>');
    expect(html).toContain('Two &lt;b&gt;items&lt;/b&gt; were lost.');
    expect(html).toMatch(/<dt>items<\/dt>\s*<dd>90<\/dd>/);
  });

  it('may say its lines for a terminal, and needs no evidence', () => {
    const lines = ['one', 'two\nthree'];
    const { text } = viewed(check(undefined, 'invalid', { ...view, lines }));
    expect(text.split('\n').slice(2)).toEqual(['  one', '  two⏎three']);
  });

  it('waits in the list of checks where nothing is wrong', () => {
    const { html } = viewed(check({ kind: 'mine' }, 'valid', view));
    expect(html).toContain('<summary>What the checker recorded</summary>');
    expect(html).not.toContain('<h2>');
  });

  it('is left out, and this is said, where it cannot be shown', () => {
    const { text, html } = viewed(
      check({ kind: 'mine', lost: 2 }, 'invalid', { sections: [{ title: 3 }] }),
    );
    expect(text).toContain('The checker brought a view that cannot be shown (sentence: ');
    expect(html).toContain('sections.0.title');
    expect(html).toContain('<span class="field">lost</span> 2');
  });

  it('never breaks the page, whatever its tables are like', () => {
    const cells = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null));
    const rows = fc.array(fc.array(cells, { maxLength: 4 }), { maxLength: 5 });
    const section = fc.record(
      { title: fc.string(), text: fc.string(), columns: fc.array(fc.string()), rows },
      { requiredKeys: ['title', 'rows'] },
    );
    const views = fc.record({ sentence: fc.string(), sections: fc.array(section) });
    fc.assert(
      fc.property(views, fc.constantFrom<Verdict>('valid', 'invalid'), (data, verdict) => {
        const { html } = viewed(check({ kind: 'mine' }, verdict, data));
        expect(html.match(/<td/g)?.length).toBe(html.match(/<\/td>/g)?.length);
        expect(html.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]/);
      }),
    );
  });
});
