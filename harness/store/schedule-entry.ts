import { z } from 'zod';

import type { ScheduleEntry } from '../contracts/nemesis.js';
import type { JsonValue } from '../json.js';
import { schemaProblem } from '../text/schema-problem.js';

/** What every line of a schedule has. Which parameters a fault has is for its nemesis to say. */
const scheduleEntry = z.object({
  time: z.number(),
  doneTime: z.number(),
  action: z.enum(['inject', 'heal']),
  id: z.int(),
  fault: z.object({
    fault: z.string(),
    variant: z.string(),
    nodes: z.array(z.string()),
    parameters: z.record(z.string(), z.json()),
    evidence: z.object({ tookEffect: z.boolean(), observations: z.array(z.string()) }),
  }),
  error: z.string().optional(),
}) satisfies z.ZodType<ScheduleEntry>;

/** A line of `schedule.jsonl` in today's words. Throws an `Error` that names the field which is not as it should be. */
export function readScheduleEntry(line: JsonValue): ScheduleEntry {
  const { data, error } = scheduleEntry.safeParse(line);
  if (error !== undefined) throw new Error(schemaProblem(error));
  return data;
}
