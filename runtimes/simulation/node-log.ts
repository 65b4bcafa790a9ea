import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../harness/environment/environment.js';

const LINES_KEPT = 200;

/** The last lines that a node has logged, each with its time in virtual seconds. */
export class NodeLog {
  private readonly lines: string[] = [];

  constructor(private readonly clock: Clock) {}

  say(line: string): void {
    this.lines.push(`[${(this.clock.now() / 1e9).toFixed(6)} s] ${line}`);
    if (this.lines.length > 2 * LINES_KEPT) this.lines.splice(0, LINES_KEPT);
  }

  tail(lines: number): string {
    return this.lines.slice(-lines).join('\n');
  }

  /** Writes what is left of it to `node.log` in this directory. */
  save(directory: string): void {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'node.log'), this.lines.map((line) => `${line}\n`).join(''));
  }
}
