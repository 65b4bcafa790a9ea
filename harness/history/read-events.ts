import type { HistoryEvent } from './event.js';

/** Events as they were read, the line that each stood on (counted from 1), and what was odd about them. */
export interface ReadEvents {
  events: HistoryEvent[];
  lines: number[];
  warnings: string[];
}
