import { describe, expect, it } from 'vitest';
import { zab } from './target.js';

describe('the target zab', () => {
  it('has defaults that are among the values', () => {
    for (const { default: value, values } of Object.values(zab.settings)) {
      expect(values).toContain(value);
    }
    expect(Object.keys(zab.durabilityModes)).toContain(zab.defaultDurability);
  });

  it('reads readiness and leadership from a status', () => {
    const leader = { role: 'leading', phase: 'broadcast', epoch: 3, ready: true };
    expect([zab.isReady(leader), zab.leadership?.(leader)]).toEqual([
      true,
      { isLeader: true, term: 3 },
    ]);
    const elected = { role: 'leading', phase: 'discovery', epoch: 3, ready: false };
    expect([zab.isReady(elected), zab.leadership?.(elected)]).toEqual([
      false,
      { isLeader: false, term: 3 },
    ]);
    expect(zab.isReady({})).toBe(false);
  });
});
