import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { formatController, livenessOf, parseController, thisController } from './labels.js';

test('a controller survives its label, and knows itself alive', () => {
  const me = thisController();
  expect(parseController(formatController(me))).toEqual(me);
  expect(livenessOf(me)).toBe('alive');
});

test('another process with the same pid, or of an earlier boot, is not the controller', () => {
  const me = thisController();
  expect(livenessOf({ ...me, start: `${me.start}0` })).toBe('dead');
  expect(livenessOf({ ...me, boot: 'another' })).toBe('dead');
});

test('a process that has ended is dead, one of another host is unknown', async () => {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  const me = thisController();
  expect(livenessOf({ ...me, pid: child.pid ?? 0 })).toBe('dead');
  expect(livenessOf({ ...me, host: `not-${me.host}` })).toBe('unknown');
});

test('a label that is not of our making is no controller', () => {
  expect(parseController('')).toBeUndefined();
  expect(parseController('host not-a-pid')).toBeUndefined();
});
