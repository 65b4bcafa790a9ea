import { describe, expect, it } from 'vitest';
import type { History } from '../../harness/history/operation.js';
import { toHistory } from '../../harness/history/pair.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import { sampleRun } from '../testing/sample-comparison.js';
import { compareRun } from './compared-run.js';
import { compareRuns } from './comparison.js';
import { comparisonLines } from './console.js';

const MS = 1e6;

/** One client that works from 0 to 10 s, a write every 100 ms that takes 10 ms, and none from 4 s to 6 s. */
function history(): History {
  const events: Omit<HistoryEvent, 'index'>[] = [];
  const tell = (time: number, event: Partial<HistoryEvent>): void => {
    events.push({ time: time * MS, process: 0, type: 'invoke', f: 'write', key: 'k', ...event });
  };
  for (let at = 0; at < 10_000; at += 100) {
    if (at === 4_000) {
      const value = { action: 'inject', id: 1, nodes: ['n1'], variant: 'all', began: 3_950 * MS };
      tell(3_990, { process: 'nemesis', f: 'power', type: 'info', value });
    }
    if (at === 6_000) {
      const value = { action: 'heal', id: 1, nodes: ['n1'], variant: 'all' };
      tell(5_950, { process: 'nemesis', f: 'power', type: 'info', value });
    }
    const isOut = at >= 4_000 && at < 5_000;
    tell(at, { value: at });
    tell(at + (at === 2_000 ? 90 : 10), { value: at, type: isOut ? 'fail' : 'ok' });
  }
  events.sort((a, b) => a.time - b.time);
  return toHistory(events.map((event, index) => ({ index, ...event })));
}

describe('the figures of a run', () => {
  const run = compareRun({ ...sampleRun({}), history: history() });

  it('count rate and latency outside of faults', () => {
    // 10 s of load without the 2 s from 3.95 s to 5.95 s, in which 20 of the 100 writes fall.
    expect(run.okPerSecond).toBeCloseTo(80 / 8);
    expect([run.p50, run.p99, run.p999]).toEqual([10, 90, 90]);
  });

  it('count availability by time under faults', () => {
    // 4.0 to 5.9 s are 19 whole stretches; something ended well in those from 5.0 s on.
    expect(run.availability).toBeCloseTo(9 / 19);
  });

  it('take what was lost and the slowest recovery from the checkers', () => {
    expect(run.durability).toMatchObject({ acknowledged: 1_000, lost: 0, windowMs: null });
    expect(run.recoveryMs).toBe(250);
    const lossy = compareRun(sampleRun({ lost: 40, lostAsPromised: 40, windowMs: 80 }));
    expect(lossy.durability).toMatchObject({ lost: 40, windowMs: 80 });
  });

  it('have nothing to say of a history without operations', () => {
    const none = compareRun({ ...sampleRun({}), history: { events: [], operations: [] } });
    expect(none).toMatchObject({ okPerSecond: 0, p50: null, availability: null });
  });
});

describe('the comparison', () => {
  const runs = [
    sampleRun({ durability: 'never', seed: 1, lost: 10, lostAsPromised: 10 }),
    sampleRun({ durability: 'always', seed: 1 }),
    sampleRun({ durability: 'never', seed: 2, lost: 40, lostAsPromised: 40 }),
  ].map(compareRun);

  it('puts runs together that differ in their seed alone', () => {
    const { groups, seeds, common } = compareRuns(runs);
    expect(groups.map(({ label }) => label)).toEqual(['raft never', 'raft always']);
    expect(groups[0].figures.lost).toEqual({ median: 25, least: 10, most: 40 });
    expect(seeds).toEqual([1, 2]);
    expect(common).toContainEqual(['nodes', '3']);
    expect(common.map(([name]) => name)).not.toContain('durability');
  });

  it('says what sets groups apart', () => {
    const other = sampleRun({ durability: 'always' });
    const five = { ...other.record.spec, nodes: 5, bugs: ['stale-read'] };
    const more = compareRun({ ...other, record: { ...other.record, spec: five } });
    const { groups } = compareRuns([runs[1], more]);
    expect(groups.map(({ label }) => label)).toEqual([
      'raft always (nodes 3, bugs none)',
      'raft always (nodes 5, bugs stale-read)',
    ]);
  });

  it('is a violation where a mode loses more than it promises, and says which', () => {
    const broken = compareRun(sampleRun({ lost: 3, lostAsPromised: 0, outcome: 'violation' }));
    const comparison = compareRuns([...runs, broken]);
    expect(comparison.outcome).toBe('violation');
    const lines = comparisonLines(comparison, { color: false }).join('\n');
    expect(lines).toContain('raft always lost acknowledged writes that it promised to keep');
    expect(lines).toMatch(/raft always +✗ violation +keeps all +1,000 +2 \(0–3\)/);
  });

  it('tells losses that are promised from none', () => {
    const lines = comparisonLines(compareRuns(runs), { color: false });
    expect(lines.at(-1)).toBe(
      'raft never lost acknowledged writes, and promises no more; nothing else was lost.',
    );
    expect(lines.join('\n')).toMatch(/raft never +✓ pass +may lose +1,000 +25 \(10–40\)/);
    expect(comparisonLines(compareRuns([runs[1]]), { color: false }).at(-1)).toBe(
      'No acknowledged write was lost in any of these runs.',
    );
  });

  it('does not take what nobody could read for kept', () => {
    const silent = compareRun(
      sampleRun({ durability: 'always', seed: 2, unread: 900, outcome: 'error' }),
    );
    expect(silent.durability?.lost).toBeNull();
    const lines = comparisonLines(compareRuns([...runs, silent]), { color: false });
    expect(lines).toContain(`raft always, seed 2: ${silent.sentence}`);
    expect(lines.at(-1)).toBe(
      'raft never lost acknowledged writes, and promises no more; what raft always lost is not known for every run.',
    );
    const alone = comparisonLines(compareRuns([silent]), { color: false });
    expect(alone.join('\n')).toMatch(/raft always +! error +keeps all +1,000 +–/);
    expect(alone.at(-1)).toBe(
      'No acknowledged write was seen to be lost; what raft always lost is not known for every run.',
    );
  });
});
