import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** How a seeded bug was found in simulation: so many searches, each from seeds of its own. */
const simulatedSchema = z.object({
  searches: z.int(),
  found: z.int(),
  /** Runs until the first that failed, over the searches that found it. */
  medianRuns: z.number(),
  mostRuns: z.number(),
  /** The same for runs in which clients saw it, whatever broke inside; 0 and 0 where they never did. */
  foundByClients: z.int(),
  medianRunsByClients: z.number(),
  /** What gave it away first: checkers, and invariants, by name, with how often. */
  by: z.record(z.string(), z.int()),
});

/** How it was found by real runs of at most a minute each: in which, of so many at most. */
const realSchema = z.object({ runs: z.int(), foundIn: z.int().nullable(), seen: z.string() });

const measuredBugSchema = z.object({
  simulated: simulatedSchema.optional(),
  real: realSchema.optional(),
});

/** What `npm run bench -- bugs` has measured of one bug. */
export type MeasuredBug = z.infer<typeof measuredBugSchema>;

const measuredSchema = z.record(z.string(), z.record(z.string(), measuredBugSchema));

/** By target, then by bug. */
export type MeasuredBugs = z.infer<typeof measuredSchema>;

/** Lies beside the package's own files, where an update of the figures can be seen in its history. */
const FILE = fileURLToPath(
  new URL(
    `${import.meta.url.includes('/dist/') ? '../../../' : '../../'}measured-bugs.json`,
    import.meta.url,
  ),
);

/** The figures of the last measurement; none where nothing was measured. */
export function readMeasuredBugs(file = FILE): MeasuredBugs {
  return existsSync(file) ? measuredSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
}

/** Puts new figures in the place of older ones, bug by bug. */
export function keepMeasuredBugs(measured: MeasuredBugs, file = FILE): void {
  const kept = readMeasuredBugs(file);
  for (const [target, bugs] of Object.entries(measured)) {
    const known = (kept[target] ??= {});
    for (const [bug, figures] of Object.entries(bugs)) known[bug] = { ...known[bug], ...figures };
  }
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
}
