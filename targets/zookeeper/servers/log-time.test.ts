import { describe, expect, test } from 'vitest';
import { parseLogTime } from './log-time.js';

describe('the time of a line of a log', () => {
  test.each([
    ['2024-01-31,12:00:00.123 [main] INFO Server - Processing ruok command from /10.0.0.1:5', 123],
    ['2024-01-31 12:00:00,007 [myid:1] - INFO  [NIOWorker] - Processing ruok command', 7],
  ])('is read from %j', (line, ms) => {
    expect(parseLogTime(line)).toBe(Date.UTC(2024, 0, 31, 12, 0, 0, ms));
  });

  test('is not guessed where there is none', () => {
    expect(parseLogTime('12:00:00.123 [main] INFO Server')).toBeUndefined();
  });
});
