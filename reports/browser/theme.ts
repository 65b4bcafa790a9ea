/** The page's colours, read from its style sheet, so that charts follow light, dark and print. */
export interface Theme {
  text: string;
  grid: string;
  font: string;
  /** By type of operation: ok, fail, info. */
  types: readonly [string, string, string];
  onFault: string;
  fault(name: string): string;
}

const FAULT_COLOURS = ['partition', 'kill', 'pause', 'slow'];

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const variable = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: variable('muted'),
    grid: variable('line'),
    font: variable('font'),
    types: [variable('type-ok'), variable('type-fail'), variable('type-info')],
    onFault: variable('on-fault'),
    fault: (name) => variable(FAULT_COLOURS.includes(name) ? `fault-${name}` : 'fault-other'),
  };
}
