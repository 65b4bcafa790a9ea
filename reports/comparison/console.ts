import { formatTable, type TableColumn } from '../console/table.js';
import { OUTCOME_COLOURS } from '../console/summary.js';
import { colours } from '../console/screen.js';
import { printable } from '../../harness/text/sentences.js';
import { OUTCOME_WORDS } from '../text/words.js';
import type { ComparedGroup, Comparison, FigureName } from './comparison.js';
import {
  comparisonSentence,
  COSTS,
  FIGURE_WORDS,
  LOSSES,
  promiseText,
  spreadText,
  troubleLines,
} from './words.js';

/** The comparison for a terminal: what is lost, what it costs, and one sentence. */
export function comparisonLines(comparison: Comparison, options: { color: boolean }): string[] {
  const paint = colours(options.color);
  const outcome = ({ outcome: name }: ComparedGroup): string => {
    const { icon, title } = OUTCOME_WORDS[name];
    return OUTCOME_COLOURS[name](paint)(`${icon} ${title.toLowerCase()}`);
  };
  const { groups, common, seeds } = comparison;
  const facts = common.map(([name, value]) => `${name} ${value}`);
  const losses = groups.map((group) => [outcome(group), promiseText(group)]);
  return [
    paint.dim(printable([...facts, `seeds ${seeds.join(', ')}`].join(' · '))),
    '',
    ...tableOf(groups, [{ title: 'outcome' }, { title: 'promise' }], losses, LOSSES),
    '',
    ...tableOf(
      groups,
      [],
      groups.map(() => []),
      COSTS,
    ),
    paint.dim(NOTE),
    '',
    ...troubleLines(comparison).map(printable),
    comparisonSentence(comparison),
  ];
}

/** What the figures are of. */
const NOTE =
  'Medians over the seeds (least–most). Throughput and latency outside of faults; available: share of the time under\n' +
  'faults in which anything succeeded; recovery: from a healing to the first success.';

function tableOf(
  groups: readonly ComparedGroup[],
  more: readonly TableColumn[],
  cells: readonly (readonly string[])[],
  names: readonly FigureName[],
): string[] {
  const figures = names.map((name): TableColumn => ({
    title: FIGURE_WORDS[name].short,
    align: 'right',
  }));
  return formatTable(
    [{ title: 'mode' }, ...more, ...figures],
    groups.map((group, index) => [
      printable(group.label),
      ...cells[index],
      ...names.map((name) => spreadText(name, group.figures[name])),
    ]),
  );
}
