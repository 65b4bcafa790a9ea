import { expect, test } from 'vitest';
import { runCommand } from '../../../harness/machine/command.js';
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
  const { pid = 0 } = await runCommand(process.execPath, ['-e', '']);
  const me = thisController();
  expect(livenessOf({ ...me, pid })).toBe('dead');
  expect(livenessOf({ ...me, host: `not-${me.host}` })).toBe('unknown');
});

test('a label that is not of our making is no controller', () => {
  expect(parseController('')).toBeUndefined();
  expect(parseController('host not-a-pid')).toBeUndefined();
});
