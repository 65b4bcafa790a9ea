import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../harness/environment/random.js';
import { createSyncer } from './durability.js';
import { PowerCutDisk } from '../testing/power-cut-disk.js';
import { VirtualClock } from '../testing/virtual-clock.js';
import { Wal } from './wal.js';

/** A syncer on a fresh log; `fsyncs` counts those since. */
function start(mode: string) {
  const disk = new PowerCutDisk(createRandom(1));
  const wal = new Wal(disk, { onFailure: (error) => expect.unreachable(error.message) });
  wal.open(() => undefined);
  while (disk.finishSync());
  const before = wal.figures.fsyncs;
  const clock = new VirtualClock();
  const answers: number[] = [];
  const syncer = createSyncer(mode, wal, clock, (token) => answers.push(token));
  const ask = (token: number): void => {
    wal.append([token]);
    syncer.request(token);
  };
  return { disk, wal, clock, answers, ask, fsyncs: () => wal.figures.fsyncs - before };
}

describe('durability', () => {
  it('always: each sync has an fsync of its own and is answered after it', () => {
    const { disk, answers, ask, fsyncs } = start('always');
    [1, 2, 3].forEach(ask);
    expect(answers).toEqual([]);
    disk.finishSync();
    expect(answers).toEqual([1]);
    while (disk.finishSync());
    expect(answers).toEqual([1, 2, 3]);
    expect(fsyncs()).toBe(3);
  });

  it('batch: what waits while one fsync runs shares the next', () => {
    const { disk, answers, ask, fsyncs } = start('batch');
    [1, 2, 3].forEach(ask);
    disk.finishSync();
    expect(answers).toEqual([1]);
    ask(4);
    disk.finishSync();
    expect(answers).toEqual([1, 3]);
    while (disk.finishSync());
    expect(answers).toEqual([1, 3, 4]);
    expect(fsyncs()).toBe(3);
  });

  it('interval: answered at once, one fsync after 100 ms for all', () => {
    const { disk, wal, clock, answers, ask, fsyncs } = start('interval');
    [1, 2, 3].forEach(ask);
    expect(answers).toEqual([1, 2, 3]);
    clock.advance(99);
    expect(fsyncs()).toBe(0);
    clock.advance(1);
    while (disk.finishSync());
    expect(fsyncs()).toBe(1);
    expect(wal.figures.syncedBytes).toBe(wal.figures.bytes);
    clock.advance(1000);
    expect(fsyncs()).toBe(1);
    ask(4);
    clock.advance(100);
    expect(fsyncs()).toBe(2);
  });

  it('never: answered at once, and that was it', () => {
    const { clock, answers, ask, fsyncs } = start('never');
    [1, 2].forEach(ask);
    clock.advance(10_000);
    expect(answers).toEqual([1, 2]);
    expect(fsyncs()).toBe(0);
  });

  it('answers at once only what the operating system has: not behind a running checkpoint', () => {
    const { disk, wal, answers, ask } = start('never');
    wal.checkpoint({ state: 1 }, []);
    ask(1);
    expect(answers).toEqual([]);
    while (disk.finishSync());
    expect(answers).toEqual([1]);
  });
});
