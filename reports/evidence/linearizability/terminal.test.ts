import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../harness/text/width.js';
import { sampleEvidence } from '../../testing/sample.js';
import { violationLines } from './terminal.js';

describe('violationLines', () => {
  it('draws the operations, and lists them with times and places', () => {
    const lines = violationLines(sampleEvidence(), { color: false, columns: 100 });
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}process 2 +├ read → 4─*┤ +├ ✗ read → 4─*┤$/),
    );
    expect(lines).toContain('        1  write 9     9.201 s     never');
    expect(lines).toContain('        2  read → 4   10.010 s  10.012 s  fits nowhere');
    expect(lines.at(-1)).toContain('needs it to hold 4');
    for (const line of lines.filter((each) => each.includes('├'))) {
      expect(displayWidth(line)).toBeLessThanOrEqual(100);
    }
  });

  it('leaves the drawing out where it does not fit, and never the table', () => {
    const lines = violationLines(sampleEvidence(), { color: false, columns: 40 });
    expect(lines.filter((line) => line.includes('├'))).toEqual([]);
    expect(lines).toContain('        2  read → 4   10.010 s  10.012 s  fits nowhere');
  });

  it('has nothing to say where nothing failed', () => {
    const evidence = { ...sampleEvidence(), failures: [] };
    expect(violationLines(evidence, { color: false })).toEqual([]);
  });
});
