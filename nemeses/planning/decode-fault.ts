import type { Nemesis, PlannedFault } from '../../harness/contracts/nemesis.js';
import { schemaProblem } from '../../harness/text/schema-problem.js';

/** A fault from outside of the process that its nemesis cannot take: which, and which of its fields is wrong. */
export class FaultError extends Error {
  override readonly name = 'FaultError';

  constructor({ fault, variant }: PlannedFault, problem: string) {
    super(`${fault} ${variant}: ${problem}`);
  }
}

/**
 * A planned or carried fault as a run folder has it, with its parameters read by the nemesis's own schema. Throws a
 * `FaultError`.
 */
export function decodeFault(
  { parameters, variants, onRequest = [] }: Nemesis,
  stored: PlannedFault,
): PlannedFault {
  const known = [...variants, ...onRequest];
  if (!known.includes(stored.variant)) {
    throw new FaultError(stored, `variant: there are ${known.join(', ')}`);
  }
  const { data, error } = parameters.safeParse(stored.parameters);
  if (error !== undefined) throw new FaultError(stored, schemaProblem(error, 'parameters'));
  return { fault: stored.fault, variant: stored.variant, parameters: data };
}
