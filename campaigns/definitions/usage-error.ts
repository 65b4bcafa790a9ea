import { distance } from 'fastest-levenshtein';

/** The user asked for something that does not exist or does not fit: one sentence, exit code 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** How many of the nearest names are worth showing. */
const NEAREST = 3;

/** The names nearest to what was typed (Levenshtein), nearest first. */
function nearestNames(typed: string, names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, edits: distance(typed.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, NEAREST)
    .map(({ name }) => name);
}

/** `unknown fault "kil"; nearest: kill, slow, pause (schism list faults)`. */
export function unknownName(
  kind: string,
  typed: string,
  names: readonly string[],
  listing?: string,
): UsageError {
  const nearest = nearestNames(typed, names);
  const hint = nearest.length > 0 ? `; nearest: ${nearest.join(', ')}` : '; there are none';
  const where = listing === undefined ? '' : ` (all of them: schism list ${listing})`;
  return new UsageError(`unknown ${kind} "${typed}"${hint}${where}`);
}

/** The entry of this name, or a `UsageError` that tells the nearest ones. */
export function lookUp<T>(
  kind: string,
  name: string,
  registry: Readonly<Record<string, T>>,
  listing?: string,
): T {
  if (!Object.hasOwn(registry, name)) {
    throw unknownName(kind, name, Object.keys(registry), listing);
  }
  return registry[name];
}
