import type { z } from 'zod';

/** The first thing that a schema found wrong, as `parameters.order.0: expected string, received number`. */
export function schemaProblem(error: z.ZodError, within?: string): string {
  const [{ path, message }] = error.issues;
  const field = [...(within === undefined ? [] : [within]), ...path.map(String)].join('.');
  const problem = message.replace(/^Invalid input: /, '');
  return field === '' ? problem : `${field}: ${problem}`;
}
