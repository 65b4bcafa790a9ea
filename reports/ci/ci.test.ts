import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleReport } from '../testing/sample.js';
import { escapeXml, junitXml } from './junit.js';
import { escapeMarkdown, markdownSummary } from './markdown.js';

describe('junitXml', () => {
  it('counts a violation as a failure and what was not decided as an error', () => {
    const xml = junitXml([sampleReport('pass'), sampleReport('violation')]);
    expect(xml.match(/<testsuite .*/g)).toEqual([
      expect.stringContaining('tests="4" failures="0" errors="0" skipped="0"'),
      expect.stringContaining('tests="4" failures="2" errors="1" skipped="0"'),
    ]);
    expect(xml).toContain('<testcase classname="schism.raft.register" name="linearizability"/>');
    expect(xml).toContain('<failure type="invalid" message="1 of 5 keys is not linearizable');
    expect(xml).toContain('✗ read → 4');
    expect(xml).toContain('<error type="time" message="Monotonic reads');
  });

  it('writes only characters that XML has, and none that means something to it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeXml(text);
        expect(escaped.replace(/&(amp|lt|gt|quot);/g, '')).not.toMatch(/[<>&"]/);
        const foreign = Array.from(escaped, (character) => character.codePointAt(0) ?? 0).filter(
          (code) =>
            (code < 0x20 && ![9, 10, 13].includes(code)) ||
            (code >= 0xd800 && code <= 0xdfff) ||
            code === 0xfffe ||
            code === 0xffff,
        );
        expect(foreign).toEqual([]);
      }),
    );
  });
});

describe('markdownSummary', () => {
  it('has the outcome, the checks, the violation and the command', () => {
    const text = markdownSummary(sampleReport('violation'));
    expect(text).toContain('## ❌ Violation: raft built-in, register, seed 7');
    expect(text).toContain('| linearizability | ✗ invalid | 1 of 5 keys is not linearizable');
    expect(text).toContain('| sessions | ? unknown (time) |');
    expect(text).toContain('```text\nNo order explains key "k3":');
    expect(text).toContain('```sh\nnpx schism test raft');
  });

  it('keeps every row of a table on one line with its number of cells', () => {
    const hostile = 'a | b\n<img src=x> `code` @everyone [x](http://evil.example) \\';
    const data = sampleReport('pass');
    const checks = [{ checker: hostile, verdict: 'valid' as const, summary: hostile }];
    const row = markdownSummary({ ...data, checks })
      .split('\n')
      .find((line) => line.startsWith('| a'));
    expect(row?.match(/(?<!\\)\|/g)).toHaveLength(4);
    expect(row).not.toMatch(/<|(?<!\\)`|@|http:\/\//);
  });

  it('closes a fence only at its end', () => {
    const data = sampleReport('pass');
    const run = { ...data.run, replayCommand: 'npx schism ```\n````' };
    expect(markdownSummary({ ...data, run })).toContain('`````sh\nnpx schism ```\n````\n`````');
    expect(escapeMarkdown('*a* & b')).toBe('\\*a\\* &amp; b');
  });
});
