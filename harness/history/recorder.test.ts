import { mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../environment/virtual.js';
import { HistoryRecorder, HistoryWriteError } from './recorder.js';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'schism-recorder-'));
  path = join(directory, 'history.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true }));

const written = (): unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

describe('HistoryRecorder', () => {
  it('numbers and times events, and leaves out what is not there', async () => {
    const clock = createVirtualClock();
    const recorder = new HistoryRecorder(path, clock);
    recorder.record({ process: 3, type: 'invoke', f: 'read', key: 'x' });
    await clock.advance(2);
    recorder.record({ process: 3, type: 'fail', f: 'read', error: { code: 'refused' } });
    recorder.close();
    expect(readFileSync(path, 'utf8')).toBe(
      '{"index":0,"time":0,"process":3,"type":"invoke","f":"read","key":"x"}\n' +
        '{"index":1,"time":2000000,"process":3,"type":"fail","f":"read","error":{"code":"refused"}}\n',
    );
    expect(recorder.events).toEqual(written());
  });

  it('has every event in the file within a second, or at once on demand', async () => {
    const clock = createVirtualClock();
    const recorder = new HistoryRecorder(path, clock);
    for (let i = 0; i < 40; i++) {
      recorder.record({ process: i, type: 'invoke', f: 'read' });
      await clock.advance(100);
      const old = recorder.events.filter(({ time }) => time <= clock.now() - 1e9);
      expect(written().length).toBeGreaterThanOrEqual(old.length);
    }
    recorder.record({ process: 40, type: 'invoke', f: 'read' });
    recorder.flush();
    expect(written()).toHaveLength(41);
    recorder.close();
    recorder.close();
    expect(await clock.runUntilIdle()).toBe(true);
  });

  it('writes a large load in passing, without waiting for a timer', () => {
    const recorder = new HistoryRecorder(path, createVirtualClock());
    for (let i = 0; i < 5_000; i++) recorder.record({ process: i, type: 'invoke', f: 'read' });
    expect(written().length).toBeGreaterThan(3_000);
    recorder.close();
    expect(written()).toEqual(recorder.events);
  });

  it('tells a full disk once, and goes on where it stopped when there is room again', () => {
    let room = 100;
    const limited = (descriptor: number, bytes: Buffer): number => {
      if (room === 0) throw new Error('ENOSPC: no space left on device');
      const taken = writeSync(descriptor, bytes, 0, Math.min(room, bytes.length));
      room -= taken;
      return taken;
    };
    const errors: HistoryWriteError[] = [];
    const recorder = new HistoryRecorder(
      path,
      createVirtualClock(),
      (e) => errors.push(e),
      limited,
    );
    for (let i = 0; i < 5; i++) {
      recorder.record({ process: i, type: 'invoke', f: 'write', value: 'ä' });
      recorder.flush();
    }
    expect(errors).toHaveLength(1);
    expect(errors[0].message).toContain(`cannot write the history ${path} (ENOSPC`);
    expect(recorder.failure).toBe(errors[0]);
    room = 10_000;
    recorder.close();
    expect(written()).toEqual(recorder.events);
  });

  it('does not close in silence over lines that are not in the file', () => {
    const full = (): number => {
      throw new Error('ENOSPC: no space left on device');
    };
    const recorder = new HistoryRecorder(path, createVirtualClock(), undefined, full);
    recorder.record({ process: 0, type: 'invoke', f: 'read' });
    expect(() => recorder.close()).toThrow(HistoryWriteError);
    expect(recorder.events).toHaveLength(1);
  });

  it('refuses a place where no file can be', () => {
    expect(() => new HistoryRecorder(directory, createVirtualClock())).toThrow(HistoryWriteError);
  });
});
