import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScenario } from './test-scenario.js';

const FOLDER = join(import.meta.dirname, 'scenarios');
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.txt'));

/** ZAB_SCENARIOS=write takes the traces as they are now for right; read the difference before a commit. */
const WRITES = process.env.ZAB_SCENARIOS === 'write';

describe('scenarios', () => {
  it.each(FILES)('%s', (file) => {
    const path = join(FOLDER, file);
    const text = readFileSync(path, 'utf8');
    const traced = runScenario(text);
    if (WRITES) writeFileSync(path, traced);
    expect(traced).toBe(WRITES ? traced : text);
  });

  it('are there', () => {
    expect(FILES.length).toBeGreaterThanOrEqual(6);
  });
});
