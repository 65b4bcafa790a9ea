import pc from 'picocolors';

/** Colours for a stream: picocolors' functions, which do nothing where there is to be no colour. */
export type Colours = ReturnType<typeof pc.createColors>;

/** What matters of a stream that people may be looking at. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/**
 * Whether to write colours: not where NO_COLOR is set to anything (no-color.org), always where FORCE_COLOR
 * is, and else on a terminal that can show them.
 */
export function wantsColour(
  screen: Pick<Screen, 'isTTY'>,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (environment.NO_COLOR) return false;
  if (environment.FORCE_COLOR) return environment.FORCE_COLOR !== '0';
  return screen.isTTY === true && environment.TERM !== 'dumb';
}

export function colours(enabled: boolean): Colours {
  return pc.createColors(enabled);
}
