import { describe, expect, it } from 'vitest';
import { sampleReport } from '../testing/sample.js';
import { summaryLines } from './summary.js';

const ESCAPE = '\u001b';

describe('summaryLines', () => {
  it('says outcome, checks, faults, report and replay in five lines', () => {
    expect(summaryLines(sampleReport('violation'), { color: false })).toEqual([
      '✗ Violation: Key "k3" is not linearizable: process 2 read 4 from n3 at 10.010 s, after the ' +
        'value 7 had been read by another client.',
      expect.stringMatching(
        /^Checked {2}6,000 operations by 10 clients in 2\d\.\d s \(9\d.* ok, \d+ failed, \d+ uncertain\): linearizability invalid, availability valid, sessions unknown \(time\)$/,
      ),
      'Faults   1 × partition, 1 × kill carried out, each seen to take effect and each seen healed',
      'Report   runs/raft-register/20261121T034500-7/report.html',
      expect.stringMatching(/^Replay {3}npx schism test raft .* --seed 7$/),
    ]);
  });

  it('says which faults took no effect, and which were not healed', () => {
    const data = sampleReport('pass');
    const schedule = data.schedule
      .filter(({ id, action }) => !(id === 1 && action === 'heal'))
      .map((entry) =>
        entry.id === 2 && entry.action === 'inject'
          ? { ...entry, error: 'no such process' }
          : entry,
      );
    const faults = (changed: Partial<typeof data>): string =>
      summaryLines({ ...data, ...changed }, { color: false })[2];
    expect(faults({ schedule })).toBe(
      'Faults   1 × partition, 1 × kill carried out, not 1 × kill seen to take effect and not 1 × partition seen healed',
    );
    expect(faults({ schedule: [] })).toBe('Faults   none was carried out, of partition, kill');
    expect(faults({ schedule: [], run: { ...data.run, faults: [] } })).toBe(
      'Faults   none were asked for',
    );
  });

  it('names no report that could not be written', () => {
    const data = { ...sampleReport('pass'), unwritten: true as const };
    expect(summaryLines(data, { color: false })[3]).toBe('Report   could not be written');
  });

  it('stays five lines whatever the system under test says', () => {
    const data = sampleReport('pass');
    const sentence = `line\nbreak ${ESCAPE}[2J and \r more`;
    const lines = summaryLines(
      { ...data, outcome: { outcome: 'error', sentence }, checks: [] },
      { color: false },
    );
    expect(lines).toHaveLength(5);
    expect(lines[0]).toBe('! Error: line⏎break \\u001b[2J and \\u000d more');
    expect(lines[1]).toContain('nothing could be checked');
  });

  it('writes colours only where they are wanted', () => {
    expect(summaryLines(sampleReport('pass'), { color: true })[0]).toContain(ESCAPE);
    expect(summaryLines(sampleReport('pass'), { color: false }).join('')).not.toContain(ESCAPE);
  });
});
