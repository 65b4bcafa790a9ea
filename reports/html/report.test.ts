import { describe, expect, it } from 'vitest';
import { builtInChecks } from '../../checkers/testing/built-in-checks.js';
import { sampleEvidence, sampleReport } from '../testing/sample.js';
import { sampleRun } from '../testing/sample-comparison.js';
import { renderReport } from './report.js';

const SCRIPT = 'document.title += "";';

/** What a reader sees of the page, without tags and with single spaces. */
function textOf(page: string): string {
  return page
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('renderReport', () => {
  it('says outcome, reason and what may be concluded, first of all', () => {
    const text = textOf(renderReport(sampleReport('violation'), SCRIPT));
    const places = ['Violation', 'Key &quot;k3&quot; is not linearizable', 'What this shows'].map(
      (words) => text.indexOf(words),
    );
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(text).toContain('a mistake built in on purpose: stale-read');
  });

  it('gives the reason of an unknown verdict', () => {
    expect(textOf(renderReport(sampleReport('violation'), SCRIPT))).toContain(
      'No verdict, because: time',
    );
  });

  it('shows faults with their evidence, and what was not seen', () => {
    const data = sampleReport('pass');
    const unhealed = data.schedule.filter(({ action }) => action === 'inject');
    const text = textOf(renderReport({ ...data, schedule: unhealed }, SCRIPT));
    expect(text).toContain('n3 to n1: no probe arrived within 300 ms');
    expect(text).toContain('no healing was recorded');
    expect(text).toContain('never healed');
  });

  it('shows crashes with their logs', () => {
    const crash = { node: 'n2', time: 3e9, exitCode: 134, signal: null, logTail: 'panic: <nil>' };
    const text = textOf(renderReport({ ...sampleReport('pass'), crashes: [crash] }, SCRIPT));
    expect(text).toContain('n2 at 3.000 s, exit code 134');
    expect(text).toContain('panic: &lt;nil&gt;');
  });

  it('says which fault lost which acknowledged writes', () => {
    const { result } = sampleRun({
      durability: 'never',
      lost: 40,
      lostAsPromised: 40,
      windowMs: 80,
    });
    const data = { ...sampleReport('pass'), checks: result.checks };
    const text = textOf(renderReport(data, SCRIPT));
    expect(text).toContain(
      '40 of 1,000 acknowledged writes were lost (4 %), as promised: the mode never',
    );
    expect(text).toContain('power all (n1, n2, n3) 4.000 s 40 40 80 ms');
    const broken = sampleRun({ lost: 2, lostAsPromised: 0 }).result;
    expect(textOf(renderReport({ ...data, checks: broken.checks }, SCRIPT))).toContain(
      '2 of them against the promise of always',
    );
  });

  it('shows broken promises to sessions and a broken invariant in front of the checks', async () => {
    const data = { ...sampleReport('violation'), checks: await builtInChecks() };
    const text = textOf(renderReport(data, SCRIPT));
    const places = [
      'Key &quot;k&quot; is not linearizable',
      'Sessions did not get what they were promised',
      'n2 shows process 1 version 4 of k after version 5',
      'A node broke an invariant of its protocol',
      'The invariant “one leader” did not hold after a step of n2 at 0.002 s.',
      'What was checked',
    ].map((words) => text.indexOf(words));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(text).not.toContain('&quot;kind');
  });

  it('says what one may conclude from who saw it', async () => {
    const data = sampleReport('violation');
    const checks = await builtInChecks();
    const conclusion = (...checkers: string[]): string =>
      textOf(
        renderReport(
          { ...data, checks: checks.filter(({ checker }) => checkers.includes(checker)) },
          SCRIPT,
        ),
      );
    const byClients = 'What the clients saw cannot come from a system that keeps its promise';
    expect(conclusion('sessions', 'invariants')).toContain(`${byClients}.`);
    expect(conclusion('sessions', 'linearizability', 'invariants')).toContain(
      `${byClients}: no order of the operations`,
    );
    expect(conclusion('invariants', 'statistics')).toContain(
      'The clients saw nothing wrong; inside, a step broke an invariant',
    );
    expect(conclusion('statistics')).toContain('The clients saw nothing wrong; a node ended');
  });

  it('draws five failing keys and says how many more there are', () => {
    const data = sampleReport('violation');
    const evidence = sampleEvidence();
    const failures = Array.from({ length: 8 }, (_, i) => ({
      ...evidence.failures[0],
      key: `key${String(i)}`,
    }));
    const checks = [{ ...data.checks[0], evidence: { ...evidence, failures } }];
    const page = renderReport({ ...data, checks }, SCRIPT);
    expect(page.match(/<figure class="timeline"/g)).toHaveLength(5);
    expect(textOf(page)).toContain('3 more failing keys not drawn here');
  });

  it('can be made of a run that did nothing', () => {
    const data = { ...sampleReport('pass', []), checks: [], schedule: [], phases: [] };
    const page = renderReport(
      { ...data, outcome: { outcome: 'error', sentence: 'n1 did not start.' } },
      SCRIPT,
    );
    expect(textOf(page)).toContain('n1 did not start.');
    expect(page).not.toContain('<canvas');
  });
});
