import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** SCENARIOS=write takes the traces as they are now for right; read the difference before a commit. */
const WRITES = process.env.SCENARIOS === 'write';

/** One test for each scenario file of a folder; at least so many must be there. */
export function describeScenarios(
  folder: string,
  run: (text: string) => string,
  atLeast: number,
): void {
  const files = readdirSync(folder).filter((file) => file.endsWith('.txt'));
  describe('scenarios', () => {
    it.each(files)('%s', (file) => {
      const path = join(folder, file);
      const text = readFileSync(path, 'utf8');
      const traced = run(text);
      if (WRITES) writeFileSync(path, traced);
      expect(traced).toBe(WRITES ? traced : text);
    });

    it('are there', () => {
      expect(files.length).toBeGreaterThanOrEqual(atLeast);
    });
  });
}
