import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../harness/json.js';
import { createRandom } from '../../../harness/environment/random.js';
import { PowerCut, PowerCutDisk } from '../testing/power-cut-disk.js';
import { CorruptLogError } from './recovery.js';
import { Wal } from './wal.js';

/** What a program does with its log; numbers are how many records, or how many syncs may end. */
type Step = { append: number } | { sync: true } | { checkpoint: number } | { finish: number };

/** A log, and beside it every content it has had: after a power cut one of them must be found again. */
class Writer {
  readonly states: JsonValue[][] = [];
  /** The newest state that was promised to be durable. */
  durable = 0;
  failure: Error | undefined;
  private readonly wal: Wal;

  constructor(
    readonly disk: PowerCutDisk,
    private next: number,
    segmentBytes = 150,
  ) {
    this.wal = new Wal(disk, {
      segmentBytes,
      onFailure: (error) => {
        this.failure = error;
      },
    });
  }

  get nextRecord(): number {
    return this.next;
  }

  open(): void {
    this.wal.open(({ snapshot, records }) => {
      this.states.push([snapshot, ...records]);
    });
    this.drain();
  }

  run(steps: readonly Step[]): void {
    for (const step of steps) {
      if (this.failure) return;
      if ('append' in step) this.append(step.append);
      else if ('checkpoint' in step) this.checkpoint(step.checkpoint);
      else if ('sync' in step) this.sync();
      else this.finish(step.finish);
    }
    this.drain();
  }

  private append(count: number): void {
    const records = Array.from({ length: count }, () => this.next++);
    for (const record of records) this.states.push([...(this.states.at(-1) ?? []), record]);
    this.wal.append(records);
  }

  private checkpoint(kept: number): void {
    const records = (this.states.at(-1) ?? []).slice(1).slice(-kept);
    const snapshot = { until: this.next++ };
    this.states.push([snapshot, ...records]);
    this.wal.checkpoint(snapshot, records);
  }

  private sync(): void {
    const state = this.states.length - 1;
    this.wal.sync(() => {
      this.durable = state;
    });
  }

  private finish(count: number): void {
    for (let i = 0; i < count && this.disk.finishSync(); i++);
  }

  private drain(): void {
    while (!this.failure && this.disk.finishSync());
  }
}

/** Runs with a power cut; what happened before it happened. */
function runUntilCut(writer: Writer, steps: readonly Step[]): void {
  try {
    writer.open();
    writer.run(steps);
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
  }
  if (writer.failure && !(writer.failure instanceof PowerCut)) throw writer.failure;
}

/** The content that is found on a disk, by a log that is opened on it. */
function reopen(disk: PowerCutDisk): JsonValue[] {
  const writer = new Writer(disk, 0);
  writer.open();
  if (writer.failure) throw writer.failure;
  return writer.states[0];
}

const script: Step[] = [
  { append: 2 },
  { sync: true },
  { append: 1 },
  { finish: 1 },
  { append: 5 },
  { sync: true },
  { checkpoint: 3 },
  { append: 2 },
  { sync: true },
  { finish: 2 },
  { append: 9 },
  { finish: 3 },
  { checkpoint: 0 },
  { checkpoint: 1 },
  { append: 4 },
  { sync: true },
  { finish: 20 },
  { append: 3 },
];

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ append: fc.integer({ min: 1, max: 6 }) }),
  fc.constant({ sync: true as const }),
  fc.record({ checkpoint: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ finish: fc.integer({ min: 1, max: 4 }) }),
);

function expectFound(found: JsonValue[], writer: Writer): void {
  const candidates = writer.states.slice(writer.durable).map((state) => JSON.stringify(state));
  // A cut during the first opening leaves an empty log.
  if (writer.states.length === 0) candidates.push('[null]');
  expect(candidates).toContain(JSON.stringify(found));
}

describe('a write-ahead log', () => {
  it('gives back what was written', () => {
    const disk = new PowerCutDisk(createRandom(1));
    const writer = new Writer(disk, 1);
    writer.open();
    writer.run(script);
    expect(reopen(disk)).toEqual(writer.states.at(-1));
    expect(disk.list()).not.toContain('checkpoint.tmp');
  });

  it('finds a state at least as new as promised, wherever the power is cut, and goes on', () => {
    const whole = new PowerCutDisk(createRandom(1));
    runUntilCut(new Writer(whole, 1), script);
    for (let cut = 0; cut <= whole.operations; cut++) {
      for (let seed = 0; seed < 30; seed++) {
        const disk = new PowerCutDisk(createRandom(seed), cut);
        const writer = new Writer(disk, 1);
        runUntilCut(writer, script);
        const later = new Writer(disk.afterPowerCut(), writer.nextRecord);
        runUntilCut(later, script.slice(0, 5));
        expectFound(later.states[0], writer);
        expectFound(reopen(later.disk.afterPowerCut()), later);
      }
    }
  });

  it('does so again and again, through kills and power cuts, also during recovery', () => {
    const life = fc.record({
      steps: fc.array(step, { maxLength: 30 }),
      operations: fc.nat(60),
      end: fc.constantFrom('kill' as const, 'power cut' as const),
    });
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 6 }), fc.nat(), (lives, seed) => {
        let disk = new PowerCutDisk(createRandom(seed));
        let promised = new Writer(disk, 1);
        for (const { steps, operations, end } of lives) {
          disk.cutBefore = operations;
          const writer = new Writer(disk, promised.nextRecord);
          runUntilCut(writer, steps);
          if (writer.states.length > 0) {
            expectFound(writer.states[0], promised);
            promised = writer;
          }
          disk = end === 'kill' ? disk.afterKill() : disk.afterPowerCut();
        }
        expectFound(reopen(disk), promised);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a damaged log', () => {
  /** Five records in the first segment, each synced before the next. */
  function syncedLog(): PowerCutDisk {
    const disk = new PowerCutDisk(createRandom(7));
    const writer = new Writer(disk, 1);
    writer.open();
    for (let i = 0; i < 5; i++) writer.run([{ append: 1 }, { sync: true }]);
    return disk;
  }

  const file = 'wal-00000001-00000000.log';

  function recordStart(disk: PowerCutDisk, fromEnd: number): number {
    // Each record is a frame of 12 bytes and one digit.
    return disk.read(file).length - 13 * fromEnd;
  }

  it('is refused where a later record proves that the bad one had been synced', () => {
    const disk = syncedLog();
    const offset = recordStart(disk, 3);
    disk.flip(file, offset + 12);
    expect(() => reopen(disk)).toThrow(CorruptLogError);
    expect(() => reopen(disk)).toThrow(
      `corrupt log: ${file}, offset ${offset}: expected the checksum`,
    );
  });

  it('is refused whichever byte before the last record is bad', () => {
    const end = recordStart(syncedLog(), 1);
    for (let offset = 0; offset < end; offset++) {
      const disk = syncedLog();
      disk.flip(file, offset);
      expect(() => reopen(disk), `offset ${offset}`).toThrow(CorruptLogError);
    }
  });

  it('loses its last record where only that is torn, and says so', () => {
    const disk = syncedLog();
    disk.truncate(file, disk.read(file).length - 1);
    const notes: string[] = [];
    new Wal(disk, { onFailure: (error) => expect.unreachable(error.message) }).open((recovered) => {
      expect(recovered.records).toEqual([1, 2, 3, 4]);
      notes.push(...recovered.notes);
    });
    while (disk.finishSync());
    expect(notes).toEqual([
      `torn tail: dropped 12 bytes of ${file} from ${recordStart(disk, 0)} on`,
    ]);
    expect(reopen(disk)).toEqual([null, 1, 2, 3, 4]);
  });

  it('is not refused for good records behind a torn one, when none of them had been synced', () => {
    const disk = syncedLog();
    const writer = new Writer(disk, 6, 1000);
    writer.open();
    writer.run([{ append: 3 }]);
    disk.flip(file, recordStart(disk, 3) + 12);
    expect(reopen(disk)).toEqual([null, 1, 2, 3, 4, 5]);
  });

  it('is refused where a segment that has a successor ends early, or is missing', () => {
    const disk = syncedLog();
    const writer = new Writer(disk, 6);
    writer.open();
    writer.run([{ append: 12 }, { append: 12 }, { append: 12 }]);
    expect(disk.list().length).toBeGreaterThan(2);
    const second = 'wal-00000001-00000001.log';
    disk.truncate(second, disk.read(second).length - 1);
    expect(() => reopen(disk)).toThrow(`corrupt log: ${second}`);
    disk.remove(second);
    expect(() => reopen(disk)).toThrow(
      `corrupt log: ${second}, offset 0: expected this file to exist`,
    );
  });
});

describe('a failing disk', () => {
  it('is not asked again after a failed sync', () => {
    const disk = new PowerCutDisk(createRandom(1));
    const failures: string[] = [];
    const wal = new Wal(disk, { onFailure: (error) => failures.push(error.message) });
    wal.open(() => undefined);
    while (disk.finishSync());
    disk.sync = (_name, done) => {
      done(new Error('EIO'));
    };
    const answered: string[] = [];
    wal.append([1]);
    wal.sync(() => answered.push('sync'));
    const operations = disk.operations;
    wal.append([2]);
    wal.sync(() => answered.push('again'));
    expect({ failures, answered }).toEqual({ failures: ['EIO'], answered: [] });
    expect(disk.operations).toBe(operations);
  });
});
