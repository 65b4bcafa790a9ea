import { describe, expect, it } from 'vitest';
import { colours, wantsColour } from './screen.js';
import { pad } from '../../harness/text/width.js';
import { formatTable } from './table.js';

describe('wantsColour', () => {
  it('follows NO_COLOR before FORCE_COLOR before the terminal', () => {
    const terminal = { isTTY: true };
    expect(wantsColour(terminal, {})).toBe(true);
    expect(wantsColour(terminal, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(wantsColour(terminal, { NO_COLOR: '' })).toBe(true);
    expect(wantsColour(terminal, { TERM: 'dumb' })).toBe(false);
    expect(wantsColour({}, {})).toBe(false);
    expect(wantsColour({}, { FORCE_COLOR: '1' })).toBe(true);
    expect(wantsColour(terminal, { FORCE_COLOR: '0' })).toBe(false);
  });
});

describe('formatTable', () => {
  it('aligns columns by what is seen of them', () => {
    const red = colours(true).red('a');
    const lines = formatTable(
      [{ title: 'name' }, { title: 'count', align: 'right' }],
      [
        [red, '1'],
        ['日本日本', '1,000'],
      ],
    );
    expect(lines).toEqual([
      'name      count',
      '────────  ─────',
      `${red}             1`,
      '日本日本  1,000',
    ]);
  });

  it('is only its titles where there are no rows', () => {
    expect(formatTable([{ title: 'name' }], [])).toEqual(['name', '────']);
    expect(pad('ab', 1)).toBe('ab');
  });
});
