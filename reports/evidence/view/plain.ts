import wrapAnsi from 'wrap-ansi';

import type { EvidenceViewData } from '../../../harness/evidence.js';
import { formatTable } from '../../console/table.js';
import { colours } from '../../console/screen.js';
import { html, type Html } from '../../markup/escape.js';
import { renderNamedValues, renderTable } from '../../markup/table.js';
import { plural } from '../../../harness/text/numbers.js';
import { printable, shorten } from '../../../harness/text/sentences.js';
import type { CheckHead, EvidenceView, LineOptions } from './view.js';

type Section = NonNullable<EvidenceViewData['sections']>[number];

const TEXT_LIMIT = 400;
const ROWS_SHOWN = 200;
const LINES_SHOWN = 60;
/** The width of a log, and of a terminal that does not say its own. */
const COLUMNS = 100;

/**
 * The view that plain data describes: ours of simple kinds, and those that users' checkers bring. What speaks against the
 * system has a section of its own under `title`; anything else is there to be opened in the list of checks.
 */
export function plainView(
  data: EvidenceViewData,
  { checker, verdict }: CheckHead,
  title = `What ${checker} found`,
): EvidenceView {
  const { sentence, sections = [] } = data;
  const isViolation = verdict === 'invalid';
  return {
    sentence,
    violationLines: (options) =>
      isViolation ? [...boldLines(sentence, options), ...linesOf(data, options)] : [],
    explanationLines: (options) =>
      isViolation ? [] : ['', ...wrapped(sentence, options), ...linesOf(data, options)],
    sections: () => (isViolation ? renderViolation(data, title) : html``),
    entry: () =>
      isViolation || sections.length === 0
        ? html``
        : html`<details>
            <summary>What the checker recorded</summary>
            <p>${sentence}</p>
            ${sections.map((section) => renderSection(section, html`<h4>${section.title}</h4>`))}
          </details>`,
  };
}

function renderViolation({ sentence, sections = [] }: EvidenceViewData, title: string): Html {
  return html`<section class="failure">
    <h2>${title}</h2>
    <p>${sentence}</p>
    ${sections.map((section) => renderSection(section, html`<h3>${section.title}</h3>`))}
  </section>`;
}

function boldLines(sentence: string, options: LineOptions): string[] {
  const { bold } = colours(options.color);
  return wrapped(sentence, options).map((line) => bold(line));
}

function wrapped(text: string, { columns = COLUMNS }: LineOptions, indent = ''): string[] {
  const width = Math.max(20, columns - indent.length);
  const lines = wrapAnsi(printable(text), width, { hard: true }).split('\n');
  return lines.map((line) => `${indent}${line}`);
}

function linesOf({ lines, sections = [] }: EvidenceViewData, options: LineOptions): string[] {
  if (lines === undefined) return sections.flatMap((section) => sectionLines(section, options));
  const shown = lines.slice(0, LINES_SHOWN).map((line) => `  ${printable(line)}`);
  return [...shown, ...hiddenLine(lines.length - shown.length, 'more line')];
}

function sectionLines({ title, text, columns, rows }: Section, options: LineOptions): string[] {
  const cells = cellsOf(rows, LINES_SHOWN).map((row) => row.map(printable));
  const table = squareTable(columns?.map(printable) ?? [], cells);
  const lines = formatTable(
    table.titles.map((name) => ({ title: name })),
    table.rows,
  );
  return [
    '',
    ...wrapped(title, options, '  '),
    ...(text === undefined ? [] : wrapped(text, options, '  ')),
    ...(columns === undefined ? lines.slice(2) : lines).map((line) => `    ${line}`),
    ...hiddenLine(rows.length - cells.length, 'more row'),
  ];
}

function hiddenLine(hidden: number, what: string): string[] {
  return hidden > 0 ? [`    … and ${plural(hidden, what)}`] : [];
}

function renderSection({ title, text, columns, rows }: Section, heading: Html): Html {
  return html`${heading} ${text !== undefined && html`<p>${text}</p>`}
  ${rows.length > 0 && renderRows(title, columns, cellsOf(rows, ROWS_SHOWN))}
  ${rows.length > ROWS_SHOWN && html`<p class="small">${plural(rows.length - ROWS_SHOWN, 'more row')} not shown here.</p>`}`;
}

function renderRows(
  name: string,
  titles: Section['columns'],
  rows: readonly (readonly string[])[],
): Html {
  if (titles === undefined && rows.every(({ length }) => length <= 2)) {
    return renderNamedValues(rows.map(([label = '', value = '']) => [label, value]));
  }
  const table = squareTable(titles ?? [], rows);
  return renderTable(name, table.titles, table.rows);
}

function cellsOf(rows: Section['rows'], limit: number): string[][] {
  return rows
    .slice(0, limit)
    .map((row) => row.map((cell) => (cell === null ? '–' : shorten(String(cell), TEXT_LIMIT))));
}

/** The same table with as many cells in each row, and as many titles, as its longest row has. */
function squareTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): { titles: string[]; rows: string[][] } {
  const width = Math.max(titles.length, ...rows.map(({ length }) => length));
  const filled = (cells: readonly string[]): string[] =>
    Array.from({ length: width }, (_, i) => cells[i] ?? '');
  return { titles: filled(titles), rows: rows.map(filled) };
}
