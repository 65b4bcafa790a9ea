import { expect, test } from 'vitest';
import { runCommand } from '../../../harness/machine/command.js';
import { trials, trialsScript } from './trials.js';

/** Of Linux, in bytes: the script of all trials is one argument of the container's bash. */
const LONGEST_ARGUMENT = 128 * 1024;
const ARCHITECTURES = ['x86_64', 'aarch64', 'riscv64'];

test.each(ARCHITECTURES)('on %s, what is composed is a script for bash', async (architecture) => {
  const script = trialsScript(architecture);
  expect(Buffer.byteLength(script)).toBeLessThan(LONGEST_ARGUMENT);
  for (const text of [script, ...trials.map((trial) => trial.script(architecture))]) {
    await runCommand('bash', ['-n'], { input: text });
  }
});

test('each fault is tried by one trial', () => {
  const tried = trials.flatMap(({ capabilities }) => capabilities);
  expect(new Set(tried).size).toBe(tried.length);
});

test('where there are no clock routines, the trial says so and fails', async () => {
  const clocks = trials.find(({ capabilities }) => capabilities.includes('clock'));
  const running = runCommand('bash', [], { input: clocks?.script('riscv64') });
  await expect(running).rejects.toMatchObject({
    exitCode: 1,
    lastLines: 'there are no routines for riscv64',
  });
});
