import { wantsColour } from '../../reports/console/screen.js';

/** Where the command line writes; tests give their own. */
export interface Output {
  out(text: string): void;
  error(text: string): void;
  color: boolean;
  columns?: number;
}

/** The process's own streams. */
export const processOutput: Output = {
  out: (text) => process.stdout.write(`${text}\n`),
  error: (text) => process.stderr.write(`${text}\n`),
  color: wantsColour(process.stdout, process.env),
  columns: process.stdout.columns,
};
