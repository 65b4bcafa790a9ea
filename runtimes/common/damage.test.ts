import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damageBytes, damageNewest, undoDamage } from './damage.js';

const contents = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes));
const anyDice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('a flipped bit is one bit, and a cut tail leaves the beginning', () => {
  fc.assert(
    fc.property(contents, anyDice, (bytes, draw) => {
      const before = Buffer.from(bytes);
      const flipped = damageBytes(bytes, { kind: 'flip-bit', draw }).bytes;
      const bits = [...flipped].map((byte, at) => (byte ^ before[at]).toString(2));
      expect(bits.join('').replaceAll('0', '')).toBe('1');
      const cut = damageBytes(bytes, { kind: 'truncate-tail', draw }).bytes;
      expect(cut.length).toBeLessThan(before.length);
      expect(cut).toEqual(before.subarray(0, cut.length));
      expect(bytes).toEqual(before);
    }),
  );
});

test('the newest file that is not empty is damaged, and can be had back', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'schism-damage-'));
  try {
    for (const [name, text] of Object.entries({ 'a-1': 'older', 'a-2': 'newer', 'a-3': '' })) {
      writeFileSync(join(directory, name), text);
    }
    const damaged = await damageNewest(directory, { kind: 'truncate-tail', draw: 0.5 });
    expect(damaged.what).toBe('a-2: cut from 5 to 2 bytes');
    expect(readFileSync(join(directory, 'a-2'), 'utf8')).toBe('ne');
    rmSync(join(directory, 'a-2'));
    await undoDamage(damaged);
    expect(readFileSync(join(directory, 'a-2'), 'utf8')).toBe('newer');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
