import { displayWidth, pad } from '../../harness/text/width.js';

export interface TableColumn {
  title: string;
  align?: 'left' | 'right';
}

/**
 * A table as lines of text: columns as wide as their widest cell, two spaces apart, a line under the
 * titles. Cells may hold colours; every row must have as many cells as there are columns.
 */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): string[] {
  const widths = columns.map(({ title }, i) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[i]))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => pad(cell, widths[i], columns[i].align))
      .join('  ')
      .trimEnd();
  return [
    line(columns.map(({ title }) => title)),
    widths.map((width) => '─'.repeat(width)).join('  '),
    ...rows.map(line),
  ];
}
