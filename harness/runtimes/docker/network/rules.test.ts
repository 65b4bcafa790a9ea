import { describe, expect, test } from 'vitest';
import { renderRules, type NodeRules } from './rules.js';
import { needsNetem, renderShaping } from './shaping.js';

const open: NodeRules = {
  clientPort: 2379,
  addresses: new Map([
    ['n1', '10.0.0.2'],
    ['n2', '10.0.0.3'],
  ]),
  incoming: new Map([['n2', { cut: false, lossPercent: 0 }]]),
  fromClients: undefined,
  toClients: undefined,
};
const linesOf = (rules: NodeRules): string[] => renderRules(rules).split('\n');
const isDrop = (line: string): boolean => / drop$/.test(line) && !line.includes('@seen');

describe('the rules of a node', () => {
  test('open, they drop nothing', () => {
    expect(linesOf(open).filter(isDrop)).toEqual([]);
  });

  test('a cut drops what the peer sends, and counts attempts to connect apart', () => {
    const rules = { ...open, incoming: new Map([['n2', { cut: true, lossPercent: 0 }]]) };
    expect(linesOf(rules).filter(isDrop)).toEqual([
      expect.stringMatching(
        /input ip saddr 10\.0\.0\.3 tcp flags .* counter name cut_syn_from_n2 drop/,
      ),
      expect.stringMatching(/input ip saddr 10\.0\.0\.3 counter name cut_from_n2 drop/),
    ]);
  });

  test('clients are whoever is no node; what goes to them is dropped where it leaves', () => {
    const cut = { cut: true, lossPercent: 0 };
    const drops = linesOf({ ...open, fromClients: cut, toClients: cut }).filter(isDrop);
    expect(drops.filter((line) => line.includes('schism input ip saddr != @members'))).toHaveLength(
      2,
    );
    expect(
      drops.filter((line) => line.includes('schism output ip daddr != @members')),
    ).toHaveLength(2);
  });

  test('a loss throws dice for each packet, and all need no dice', () => {
    const dropsAt = (lossPercent: number): string[] =>
      linesOf({ ...open, incoming: new Map([['n2', { cut: false, lossPercent }]]) }).filter(isDrop);
    expect(dropsAt(0.5)).toEqual([expect.stringContaining('numgen random mod 1000 < 5 ')]);
    expect(dropsAt(100)).toEqual([
      expect.stringContaining('10.0.0.3 counter name cut_from_n2 drop'),
    ]);
  });

  test('the side way passes before anything is dropped, and a probe is noted after', () => {
    const rules = { ...open, incoming: new Map([['n2', { cut: true, lossPercent: 0 }]]) };
    const input = linesOf(rules).filter((line) => line.startsWith('add rule inet schism input'));
    const place = (part: string): number => input.findIndex((line) => line.includes(part));
    expect(place('ct mark')).toBeGreaterThanOrEqual(0);
    expect(place('ct mark')).toBeLessThan(place('cut_from_n2'));
    expect(place('cut_from_n2')).toBeLessThan(place('add @seen'));
  });
});

describe('the shapes of a node', () => {
  const members = ['10.0.0.2', '10.0.0.3'];

  test('nothing to shape needs nothing', () => {
    expect(renderShaping({ members, toPeers: [] })).toBe('');
  });

  test('a rate alone is tbf, everything else netem with the rate inside', () => {
    const bandwidth = 1_000_000;
    const shapeOf = (shape: object): string =>
      renderShaping({ members, toPeers: [{ address: '10.0.0.3', shape }] });
    expect(shapeOf({ bandwidth })).toMatch(/tbf rate 1000000bit/);
    expect(needsNetem({ bandwidth })).toBe(false);
    expect(shapeOf({ bandwidth, delayMs: 100, jitterMs: 50 })).toMatch(
      /netem .*delay 125ms 25ms .*rate 1000000bit/,
    );
    expect(shapeOf({ delayMs: 20, reorderPercent: 30, duplicatePercent: 5 })).toMatch(
      /reorder 30% duplicate 5%/,
    );
  });

  test('each peer has a class of its own, clients the rest', () => {
    const shape = { bandwidth: 1000 };
    const lines = renderShaping({
      members,
      toPeers: [{ address: '10.0.0.3', shape }],
      toClients: shape,
    }).split('\n');
    const filters = lines.filter((line) => line.startsWith('filter'));
    expect(filters.map((line) => /flowid 1:(\d+)/.exec(line)?.[1])).toEqual([
      '1',
      '2',
      '1',
      '1',
      '99',
    ]);
    expect(lines.filter((line) => line.includes(' tbf '))).toHaveLength(2);
  });
});
