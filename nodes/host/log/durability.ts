import type { DurabilityMode } from '../../../harness/contracts/target.js';
import type { Clock, Timer } from '../../../harness/environment/environment.js';
import type { Wal } from './wal.js';

/** How often `interval` writes to the disk. */
const INTERVAL_MS = 100;

/**
 * When a `sync` effect is answered. What each promises, for people and for checkers. No mode makes a
 * leader of ours sync command by command: what arrives while a sync runs is one write, and one sync.
 */
export const DURABILITY_MODES = {
  always: {
    description:
      'an fsync of its own for each write to the log, before anything is acknowledged that rests on it; ' +
      'a leader writes together what arrived during the last one',
    survivesPowerLoss: true,
  },
  batch: {
    description:
      'group commit: the same promise, and writes that wait while one fsync runs share the next',
    survivesPowerLoss: true,
  },
  interval: {
    description: `answered at once, fsync every ${INTERVAL_MS} ms`,
    survivesPowerLoss: false,
  },
  never: {
    description: 'answered at once; fsync only where a segment or a checkpoint ends',
    survivesPowerLoss: false,
  },
} as const satisfies Record<string, DurabilityMode>;

/** Answers sync tokens, in their order, as the mode promises; a later token answers for earlier ones. */
export interface Syncer {
  request(token: number): void;
}

/** Throws a RangeError for a mode that is none of `DURABILITY_MODES`. */
export function createSyncer(
  mode: string,
  wal: Wal,
  clock: Clock,
  answer: (token: number) => void,
): Syncer {
  switch (mode) {
    case 'always':
      return new WaitingSyncer(wal, answer, 1);
    case 'batch':
      return new WaitingSyncer(wal, answer, Infinity);
    case 'interval':
      return new EagerSyncer(wal, answer, clock);
    case 'never':
      return new EagerSyncer(wal, answer, null);
    default:
      throw new RangeError(`there is no durability mode ${mode}`);
  }
}

/** Answers after the fsync; at most `share` tokens share one. */
class WaitingSyncer implements Syncer {
  private readonly tokens: number[] = [];
  private running = false;

  constructor(
    private readonly wal: Wal,
    private readonly answer: (token: number) => void,
    private readonly share: number,
  ) {}

  request(token: number): void {
    this.tokens.push(token);
    if (!this.running) this.next();
  }

  private next(): void {
    const group = this.tokens.splice(0, this.share);
    this.running = group.length > 0;
    if (!this.running) return;
    this.wal.sync(() => {
      // Begun before the answer, so that the disk does not wait for the program.
      this.next();
      this.answer(group[group.length - 1]);
    });
  }
}

/** Answers as soon as the operating system has the records; with a clock it writes them out later. */
class EagerSyncer implements Syncer {
  private timer: Timer | null = null;

  constructor(
    private readonly wal: Wal,
    private readonly answer: (token: number) => void,
    private readonly clock: Clock | null,
  ) {}

  request(token: number): void {
    this.wal.written(() => {
      this.answer(token);
    });
    if (!this.clock || this.timer) return;
    const clock = this.clock;
    this.timer = clock.setTimer(() => {
      this.wal.sync(() => {
        this.timer = null;
      });
    }, INTERVAL_MS);
  }
}
