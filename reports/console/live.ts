import type { Clock } from '../../harness/environment/environment.js';
import { formatCount } from '../../harness/text/numbers.js';
import { printable } from '../../harness/text/sentences.js';
import { colours, wantsColour, type Colours, type Screen } from './screen.js';
import { cut } from '../../harness/text/width.js';
import { formatSeconds } from '../../harness/text/time.js';
import { elapsedMs } from '../../harness/environment/elapsed.js';

/** What a run is doing. */
type RunPhase = 'set-up' | 'load' | 'heal' | 'final' | 'check';

/** How far a run is. */
export interface Snapshot {
  /** Completed operations by how they ended, and those that have not ended yet. */
  ok: number;
  fail: number;
  info: number;
  open: number;
  /** Completions per second, lately. */
  operationsPerSecond: number;
  /** Faults in force now, in words: "partition isolate-leader (n3)". */
  faults: readonly string[];
  /** Until the phase should end; undefined where nobody knows. */
  remainingMs?: number;
  /** Instead of the counts, where the phase counts something else: "412 of 1,000 keys". */
  detail?: string;
}

/** Where a run says what it is doing, while it does it. */
export interface LiveView {
  phase(name: RunPhase, detail?: string): void;
  /** To be called as often as convenient: it is shown ten times a second at most. */
  tick(snapshot: Snapshot): void;
  /** A line that stays. */
  line(text: string): void;
  /** Takes the live lines away; to be called before anything else is written. */
  end(): void;
}

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5000;

/**
 * Two lines redrawn in place on a terminal; elsewhere a line with the time since the start at every
 * phase and about every five seconds.
 */
export function createLiveView(
  screen: Screen,
  clock: Clock,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LiveView {
  const paint = colours(wantsColour(screen, environment));
  return screen.isTTY && environment.TERM !== 'dumb'
    ? new TerminalView(screen, clock, paint)
    : new PlainView(screen, clock);
}

class TerminalView implements LiveView {
  private heading = '';
  private snapshot: Snapshot | undefined;
  private drawn = 0;
  private drawnAt = -Infinity;

  constructor(
    private readonly screen: Screen,
    private readonly clock: Clock,
    private readonly paint: Colours,
  ) {}

  phase(name: RunPhase, detail = ''): void {
    this.heading = detail ? `${name}: ${printable(detail)}` : name;
    this.snapshot = undefined;
    this.draw();
  }

  tick(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    if (elapsedMs(this.clock, this.drawnAt) >= REDRAW_MS) this.draw();
  }

  line(text: string): void {
    const lines = this.liveLines();
    this.screen.write(`${this.eraser()}${printable(text)}\n${lines.join('')}`);
    this.drawn = lines.length;
  }

  end(): void {
    this.screen.write(this.eraser());
    this.drawn = 0;
    this.heading = '';
    this.snapshot = undefined;
  }

  private draw(): void {
    const lines = this.liveLines();
    this.screen.write(this.eraser() + lines.join(''));
    this.drawn = lines.length;
    this.drawnAt = this.clock.now();
  }

  /** Back to the first live line, and everything below it gone (ECMA-48: CPL, ED). */
  private eraser(): string {
    return this.drawn > 0 ? `\u001b[${String(this.drawn)}F\u001b[J` : '';
  }

  /** Each is cut to the width of the terminal: a line that wraps could not be taken back. */
  private liveLines(): string[] {
    if (!this.heading) return [];
    const width = (this.screen.columns || 80) - 1;
    const { paint, snapshot } = this;
    const lines = [paint.bold(cut(`▸ ${this.heading}${remaining(snapshot)}`, width))];
    if (snapshot) {
      lines.push(cut(`  ${countsOf(snapshot)}`, width));
      const faults = cut(`  faults: ${faultsOf(snapshot)}`, width);
      lines.push(snapshot.faults.length > 0 ? paint.yellow(faults) : paint.dim(faults));
    }
    return lines.map((line) => `${line}\n`);
  }
}

class PlainView implements LiveView {
  private name = '';
  private readonly start: number;
  private countedAt: number;

  constructor(
    private readonly screen: Screen,
    private readonly clock: Clock,
  ) {
    this.start = clock.now();
    this.countedAt = this.start;
  }

  phase(name: RunPhase, detail = ''): void {
    this.name = name;
    this.countedAt = this.clock.now();
    this.line(detail ? `${name}: ${detail}` : name);
  }

  tick(snapshot: Snapshot): void {
    if (elapsedMs(this.clock, this.countedAt) < PLAIN_LINE_MS) return;
    this.countedAt = this.clock.now();
    const faults = `faults: ${faultsOf(snapshot)}`;
    this.line(`${this.name}${remaining(snapshot)}: ${countsOf(snapshot)}; ${faults}`);
  }

  line(text: string): void {
    const since = formatSeconds(elapsedMs(this.clock, this.start));
    this.screen.write(`[${since.padStart(8)}] ${printable(text)}\n`);
  }

  end(): void {
    this.name = '';
  }
}

function countsOf(snapshot: Snapshot): string {
  const { ok, fail, info, open, operationsPerSecond, detail } = snapshot;
  if (detail !== undefined) return printable(detail);
  return (
    `${formatCount(operationsPerSecond)} ops/s · ${formatCount(ok)} ok · ${formatCount(fail)} fail · ` +
    `${formatCount(info)} info · ${formatCount(open)} open`
  );
}

function faultsOf({ faults }: Snapshot): string {
  return faults.length > 0 ? faults.map(printable).join(', ') : 'none now';
}

function remaining(snapshot: Snapshot | undefined): string {
  if (snapshot?.remainingMs === undefined) return '';
  return `, ${String(Math.max(0, Math.ceil(snapshot.remainingMs / 1000)))} s left`;
}
