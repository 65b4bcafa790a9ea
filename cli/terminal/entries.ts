import { wrap } from '../../harness/text/width.js';

/** Narrower than this nobody can read; wider nobody wants to. */
const MIN_WIDTH = 40;
const MAX_WIDTH = 100;
const INDENT = '    ';

/** Named paragraphs: each name on a line of its own, its text wrapped and indented below it. */
export function formatEntries(
  entries: readonly (readonly [name: string, text: string])[],
  columns = MAX_WIDTH,
): string[] {
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, columns)) - INDENT.length;
  return entries.flatMap(([name, text]) => [
    name,
    ...wrap(text, width).map((line) => `${INDENT}${line}`),
  ]);
}
