import {
  type BugEntry,
  type KeptResults,
  type MeasuredBug,
  readBugs,
  readFaults,
  readMeasuredBugs,
  readOperations,
  readResults,
} from './sources.js';

/** What stands for "nothing" in a cell. */
const NONE = '–';

/** The generated parts of the pages by name, each as Markdown. */
export const GENERATED: Readonly<Record<string, () => string | Promise<string>>> = {
  faults: async () =>
    table(
      [
        { title: 'fault' },
        { title: 'what it does' },
        { title: 'variants' },
        { title: 'only where named' },
      ],
      (await readFaults()).map(({ name, description, variants, onRequest }) => [
        code(name),
        description,
        variants.map(code).join(', '),
        onRequest.map(code).join(', '),
      ]),
    ),
  'operation-families': () =>
    table(
      [
        { title: 'family' },
        { title: 'operation' },
        { title: 'what it does' },
        { title: 'effects' },
      ],
      readOperations().map(({ family, f, description, hasEffects }) => [
        code(`FAMILIES.${family}`),
        code(f),
        description,
        hasEffects ? 'yes' : NONE,
      ]),
    ),
  'measured-bugs': measuredBugsTable,
  'bug-catalogue': async () => bugCatalogue(await readBugs()),
  'benchmark-scheduler': () => benchmarkTables('scheduler'),
  'benchmark-history': () => benchmarkTables('history'),
  'benchmark-raft-writes': () => benchmarkTables('raft-writes'),
  'benchmark-checkers': () => benchmarkTables('checkers'),
};

/** All tables that a benchmark kept, with their notes and the machine. */
function benchmarkTables(name: string): string {
  const results = readResults(name);
  if (results === undefined) throw new Error(`nothing is kept of the benchmark ${name}`);
  const circumstances = [`Measured on ${results.machine}.`, results.remark ?? []].flat();
  return [circumstances.join(' '), ...results.tables.map(benchmarkTable)].join('\n\n');
}

function benchmarkTable({ title, columns, rows, notes }: KeptResults['tables'][number]): string {
  const titles = columns.map((column, at): Column => {
    return { title: column, align: at === 0 ? 'left' : 'right' };
  });
  return [`### ${title}`, table(titles, rows), notes?.join('\n') ?? []].flat().join('\n\n');
}

function measuredBugsTable(): string {
  const rows = Object.entries(readMeasuredBugs()).flatMap(([target, bugs]) =>
    Object.entries(bugs).map(([name, measured]) => [
      `${target} ${code(name)}`,
      ...simulatedCells(measured),
      realCell(measured),
    ]),
  );
  return table(
    [
      { title: 'bug' },
      { title: 'searches that found it' },
      { title: 'runs, median (most)' },
      { title: 'seen by clients after' },
      { title: 'by what, first' },
      { title: 'real run' },
    ],
    rows,
  );
}

function simulatedCells({ simulated }: MeasuredBug): string[] {
  if (simulated === undefined) return [NONE, NONE, NONE, NONE];
  const { searches, found, medianRuns, mostRuns, foundByClients, medianRunsByClients, by } =
    simulated;
  const ways = Object.entries(by).sort(([, one], [, other]) => other - one);
  return [
    `${found} of ${searches}`,
    `${medianRuns} (${mostRuns})`,
    foundByClients === 0 ? NONE : `${medianRunsByClients} (${foundByClients} of ${searches})`,
    ways.map(([way, count]) => `${way.replaceAll(' + ', ' and ')} (${count})`).join(', '),
  ];
}

function realCell({ real }: MeasuredBug): string {
  if (real === undefined) return 'not tried';
  return real.foundIn === null ? `none of ${real.runs}` : `run ${real.foundIn}`;
}

function bugCatalogue(bugs: readonly BugEntry[]): string {
  const targets = [...new Set(bugs.map(({ target }) => target))];
  const sections = targets.map((target) => {
    const entries = bugs.filter((bug) => bug.target === target).map(bugItem);
    return [`### ${target}`, ...entries].join('\n\n');
  });
  return sections.join('\n\n');
}

function bugItem({ name, description, precedent, foundBy }: BugEntry): string {
  return `- ${code(name)}: ${description}. Precedent: ${precedent}. Found by:\n\n  ${code(foundBy)}`;
}

interface Column {
  title: string;
  align?: 'left' | 'right';
}

/** Not aligned: prettier does that. */
function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  const rules = columns.map(({ align }) => (align === 'right' ? '--:' : '---'));
  return [line(columns.map(({ title }) => title)), line(rules), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function code(text: string): string {
  return `\`${text}\``;
}
