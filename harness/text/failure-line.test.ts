import { expect, it } from 'vitest';

import { failureLine } from './failure-line.js';

it('is the bottom of a stack of causes', () => {
  const log = [
    '2026-01-01 [main] ERROR Unexpected exception, exiting abnormally',
    'java.lang.RuntimeException: Unable to run quorum server',
    '\tat org.example.Peer.load(Peer.java:1204)',
    'Caused by: java.io.IOException: No snapshot found, but there are log entries.',
    '\tat org.example.Log.restore(Log.java:290)',
    '\t... 4 more',
    '2026-01-01 [main] ERROR Exiting JVM with code 1',
  ].join('\n');
  expect(failureLine(log)).toBe(
    'Caused by: java.io.IOException: No snapshot found, but there are log entries.',
  );
});

it('is the last line that speaks of trouble, or else the last one', () => {
  expect(failureLine('up\npanic: tocommit(9) is out of range\ngoroutine 1 [running]:\nbye\n')).toBe(
    'panic: tocommit(9) is out of range',
  );
  expect(failureLine('up\nserving\n\n')).toBe('serving');
});

it('is nothing where there is no line', () => {
  expect(failureLine('\n')).toBeUndefined();
});

it('is no longer than a line', () => {
  expect(failureLine(`error ${'x'.repeat(1000)}`)).toHaveLength(300);
});
