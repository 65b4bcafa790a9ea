import { z } from 'zod';

import type { JsonObject, JsonValue } from './json.js';

/** What a checker found, as JSON; `kind` says what shape it has. */
export type AnyEvidence = JsonObject & { kind: string };

const viewCell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * How a checker wants its evidence to be shown, as plain data: reports escape it, shorten it, and lay it out. A user's
 * checker brings it beside its evidence; without it the evidence is shown as a list of its fields.
 */
export const evidenceViewSchema = z.object({
  /** What the evidence says, in one sentence. */
  sentence: z.string(),
  /** What a terminal and the log of a CI job show below the sentence; made of the sections where left out. */
  lines: z.array(z.string()).readonly().optional(),
  sections: z
    .array(
      z.object({
        title: z.string(),
        /** What a reader should know before the rows. */
        text: z.string().optional(),
        /** The titles of the columns; a table without them has a name and a value in each row. */
        columns: z.array(z.string()).readonly().optional(),
        rows: z.array(z.array(viewCell).readonly()).readonly(),
      }),
    )
    .readonly()
    .optional(),
});

export type EvidenceViewData = z.infer<typeof evidenceViewSchema>;

/**
 * Evidence that says its kind. What was found by a checker that knows of no kinds, or was written down by one, is of a kind
 * that has the checker's name.
 */
export function withKind(checker: string, evidence: JsonValue): AnyEvidence {
  if (typeof evidence !== 'object' || evidence === null || Array.isArray(evidence)) {
    return { kind: checker, value: evidence };
  }
  const { kind } = evidence;
  return typeof kind === 'string' ? { ...evidence, kind } : { ...evidence, kind: checker };
}
