import type { Clock } from '../../harness/environment/environment.js';
import { printable } from '../../harness/text/sentences.js';
import { cut } from '../../harness/text/width.js';
import { type Screen } from './screen.js';

const REDRAW_MS = 200;
const PLAIN_LINE_MS = 5_000;

/** One line that says how far something is, over and over. */
export interface StatusLine {
  /** To be called as often as convenient. */
  show(text: string): void;
  /** A line that stays. */
  line(text: string): void;
  /** Takes the line away; to be called before anything else is written. */
  end(): void;
}

/** Redrawn in place on a terminal; elsewhere a line about every five seconds. */
export function createStatusLine(screen: Screen, clock: Clock): StatusLine {
  const isTerminal = screen.isTTY === true && process.env.TERM !== 'dumb';
  let lastNs = isTerminal ? -Infinity : clock.now();
  const erase = isTerminal ? '\r\u001b[2K' : '';
  return {
    show: (text) => {
      const now = clock.now();
      if (now - lastNs < (isTerminal ? REDRAW_MS : PLAIN_LINE_MS) * 1e6) return;
      lastNs = now;
      const line = printable(text);
      screen.write(isTerminal ? `${erase}${cut(line, (screen.columns ?? 80) - 1)}` : `${line}\n`);
    },
    line: (text) => {
      screen.write(`${erase}${printable(text)}\n`);
    },
    end: () => {
      if (isTerminal) screen.write(erase);
    },
  };
}
