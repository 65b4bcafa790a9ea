import type { Standing } from '../comparison/chart-data.js';

/** The page's colours, read from its style sheet, so that charts follow light, dark and print. */
export interface Theme {
  text: string;
  /** For what must be read over a bar. */
  strong: string;
  grid: string;
  font: string;
  /** By type of operation: ok, fail, info. */
  types: readonly [string, string, string];
  /** One after the other for things that have no colour of their own. */
  series: readonly string[];
  standing(name: Standing): string;
  fault(name: string): string;
}

const STANDING_COLOURS: Readonly<Record<Standing, string>> = {
  kept: 'pass',
  promised: 'inconclusive',
  broken: 'violation',
  unknown: 'muted',
};

/** By the first word of a fault's name: all faults of disks have one colour. */
const FAULT_COLOURS = ['partition', 'kill', 'pause', 'slow', 'power', 'clock', 'disk'];

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const variable = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: variable('muted'),
    strong: variable('text'),
    grid: variable('line'),
    font: variable('font'),
    types: [variable('type-ok'), variable('type-fail'), variable('type-info')],
    series: [1, 2, 3, 4].map((number) => variable(`series-${String(number)}`)),
    standing: (name) => variable(STANDING_COLOURS[name]),
    fault: (name) => {
      const [kind] = name.split('-');
      return variable(FAULT_COLOURS.includes(kind) ? `fault-${kind}` : 'fault-other');
    },
  };
}
