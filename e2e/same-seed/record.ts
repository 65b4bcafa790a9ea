import { writeFileSync } from 'node:fs';

import { SIMULATED_RUNS } from './configurations.js';
import { fingerprintPlans, fingerprintRun, type RunFingerprint } from './fingerprint.js';

// Writes expected.json anew: only where a change of what a seed means is wanted, and said in its commit.
const runs: Record<string, RunFingerprint> = {};
for (const typed of SIMULATED_RUNS) runs[typed] = await fingerprintRun(typed);
const text = JSON.stringify({ plans: fingerprintPlans(), runs }, null, 2);
writeFileSync(new URL('expected.json', import.meta.url), `${text}\n`);
