import { describe, expect, test } from 'vitest';
import { renderRules, type LinkRule, type NodeRules } from './rules.js';

const untouched: LinkRule = { cut: false, lossPercent: 0, duplicatePercent: 0 };
const cut: LinkRule = { ...untouched, cut: true };
const open: NodeRules = {
  clientPort: 2379,
  addresses: new Map([
    ['n1', '10.0.0.2'],
    ['n2', '10.0.0.3'],
  ]),
  incoming: new Map([['n2', untouched]]),
  outgoing: new Map([['n2', untouched]]),
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
    const rules = { ...open, incoming: new Map([['n2', cut]]) };
    expect(linesOf(rules).filter(isDrop)).toEqual([
      expect.stringMatching(
        /input ip saddr 10\.0\.0\.3 tcp flags .* counter name cut_syn_from_n2 drop/,
      ),
      expect.stringMatching(/input ip saddr 10\.0\.0\.3 counter name cut_from_n2 drop/),
    ]);
  });

  test('clients are whoever is no node; what goes to them is dropped where it leaves', () => {
    const drops = linesOf({ ...open, fromClients: cut, toClients: cut }).filter(isDrop);
    expect(drops.filter((line) => line.includes('schism input ip saddr != @members'))).toHaveLength(
      2,
    );
    expect(
      drops.filter((line) => line.includes('schism output ip daddr != @members')),
    ).toHaveLength(2);
  });

  test('a loss draws at random for each packet, and all need no random draw', () => {
    const dropsAt = (lossPercent: number): string[] =>
      linesOf({ ...open, incoming: new Map([['n2', { ...untouched, lossPercent }]]) }).filter(
        isDrop,
      );
    expect(dropsAt(0.5)).toEqual([expect.stringContaining('numgen random mod 1000 < 5 ')]);
    expect(dropsAt(100)).toEqual([
      expect.stringContaining('10.0.0.3 counter name cut_from_n2 drop'),
    ]);
  });

  test('the side way passes before anything is dropped, and a probe is noted after', () => {
    const rules = { ...open, incoming: new Map([['n2', cut]]) };
    const input = linesOf(rules).filter((line) => line.startsWith('add rule inet schism input'));
    const place = (part: string): number => input.findIndex((line) => line.includes(part));
    expect(place('ct mark')).toBeGreaterThanOrEqual(0);
    expect(place('ct mark')).toBeLessThan(place('cut_from_n2'));
    expect(place('cut_from_n2')).toBeLessThan(place('add @seen'));
  });

  test('a share of packets is sent twice, and no copy is taken for another original', () => {
    const copiesAt = (duplicatePercent: number): string[] =>
      linesOf({ ...open, outgoing: new Map([['n2', { ...untouched, duplicatePercent }]]) }).filter(
        (line) => line.startsWith('add rule ip schism copies'),
      );
    expect(copiesAt(0)).toEqual(['add rule ip schism copies meta mark 0x5c415ee accept']);
    expect(copiesAt(2.5)).toEqual([
      'add rule ip schism copies meta mark 0x5c415ee accept',
      'add rule ip schism copies ip daddr 10.0.0.3 numgen random mod 1000 < 25 counter name' +
        ' copies_to_n2 meta mark set 0x5c415ee dup to 10.0.0.3 device "eth0"',
    ]);
  });
});
