import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../harness/environment/virtual.js';
import { createLiveView, type Snapshot } from './live.js';

const SNAPSHOT: Snapshot = {
  ok: 1234,
  fail: 5,
  info: 6,
  open: 7,
  operationsPerSecond: 498.7,
  faults: ['partition isolate-leader (n3)'],
  remainingMs: 8200,
};

function setUp(isTTY: boolean, environment: Record<string, string> = {}, columns = 80) {
  const clock = createVirtualClock();
  const written: string[] = [];
  const screen = { isTTY, columns, write: (text: string) => written.push(text) };
  return { clock, written, view: createLiveView(screen, clock, environment) };
}

/** What a terminal shows after all this was written: it knows the sequences that the view uses. */
function terminal(written: readonly string[]): string[] {
  let lines = [''];
  const visible = written.join('').replaceAll('\u001b', '␛');
  for (const token of visible.match(/␛\[\d*[FJm]|\n|[^\n␛]+/g) ?? []) {
    const up = /^␛\[(\d+)F$/.exec(token);
    if (up) lines = [...lines.slice(0, lines.length - 1 - Number(up[1])), ''];
    else if (token === '\n') lines.push('');
    else if (!token.startsWith('␛')) lines[lines.length - 1] += token;
  }
  return lines;
}

describe('on a terminal', () => {
  it('redraws its lines in place, ten times a second at most, and takes them away', async () => {
    const { clock, written, view } = setUp(true);
    view.phase('load');
    await clock.advance(1000);
    view.tick(SNAPSHOT);
    view.tick({ ...SNAPSHOT, ok: 9999 });
    const shown = [
      '▸ load, 9 s left',
      '  499 ops/s · 1,234 ok · 5 fail · 6 info · 7 open',
      '  faults: partition isolate-leader (n3)',
      '',
    ];
    expect(terminal(written)).toEqual(shown);
    view.line('n2 crashed');
    await clock.advance(100);
    view.tick({ ...SNAPSHOT, faults: [] });
    expect(terminal(written)).toEqual([
      'n2 crashed',
      ...shown.slice(0, 2),
      '  faults: none now',
      '',
    ]);
    view.end();
    expect(terminal(written)).toEqual(['n2 crashed', '']);
  });

  it('never writes a line that would wrap', () => {
    const { written, view } = setUp(true, { NO_COLOR: '1' }, 20);
    view.phase('check', 'linearizability of a great many keys');
    view.tick({ ...SNAPSHOT, faults: ['x'.repeat(100)] });
    for (const line of terminal(written)) expect(line.length).toBeLessThan(20);
  });

  it('writes no colours where NO_COLOR is set', () => {
    const plain = setUp(true, { NO_COLOR: '1' });
    plain.view.phase('load');
    expect(plain.written.join('')).not.toContain('\u001b[1m');
    const coloured = setUp(true);
    coloured.view.phase('load');
    expect(coloured.written.join('')).toContain('\u001b[1m');
  });
});

describe('elsewhere', () => {
  it('writes a line at every phase and about every five seconds', async () => {
    const { clock, written, view } = setUp(false);
    view.phase('load', '10 clients');
    for (let i = 0; i < 24; i++) {
      await clock.advance(500);
      view.tick(SNAPSHOT);
      if (i === 6) view.line('inject a partition');
    }
    view.line('a crash:\n\u001b[2J');
    view.end();
    expect(written).toEqual([
      '[   0.0 s] load: 10 clients\n',
      '[   3.5 s] inject a partition\n',
      '[   5.0 s] load, 9 s left: 499 ops/s · 1,234 ok · 5 fail · 6 info · 7 open; faults: partition isolate-leader (n3)\n',
      '[  10.0 s] load, 9 s left: 499 ops/s · 1,234 ok · 5 fail · 6 info · 7 open; faults: partition isolate-leader (n3)\n',
      '[  12.0 s] a crash:⏎\\u001b[2J\n',
    ]);
  });

  it('shows what is counted instead, where it is not operations', async () => {
    const { clock, written, view } = setUp(false);
    view.phase('check');
    await clock.advance(6000);
    view.tick({ ...SNAPSHOT, faults: [], remainingMs: undefined, detail: '3 of 5 keys' });
    expect(written[1]).toBe('[   6.0 s] check: 3 of 5 keys; faults: none now\n');
  });
});
