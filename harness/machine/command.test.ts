import { expect, test } from 'vitest';
import {
  CommandError,
  pipeCommand,
  requireSuccess,
  runCommand,
  runCommandSync,
  startCommand,
  tryCommand,
  tryCommandSync,
} from './command.js';

const node = (code: string): [string, string[]] => [process.execPath, ['-e', code]];

async function failureOf(running: Promise<unknown>): Promise<CommandError> {
  const error = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CommandError)) throw new Error(`no CommandError: ${String(error)}`);
  return error;
}

test('gives what was printed, without the last line end', async () => {
  const code = 'console.log("to one"); setTimeout(() => console.error("to the other"), 50)';
  const expected = { exitCode: 0, stdout: 'to one', stderr: 'to the other', timedOut: false };
  const end = await runCommand(...node(code));
  expect(end).toMatchObject({ ...expected, output: 'to one\nto the other' });
  expect(end.pid).toBeGreaterThan(0);
  expect(runCommandSync(...node(code))).toMatchObject(expected);
});

test('takes a directory, variables and an input; without one, the input is empty', async () => {
  const code =
    'process.stdout.write(process.cwd() + process.env.WHO + require("fs").readFileSync(0))';
  const options = { cwd: '/', env: { WHO: ' me ' }, input: 'said' };
  expect((await runCommand(...node(code), options)).stdout).toBe('/ me said');
  expect(runCommandSync(...node(code), options).stdout).toBe('/ me said');
  expect((await runCommand(...node(code), { cwd: '/', env: { WHO: '' } })).stdout).toBe('/');
});

test('a failure has its facts as fields, and the end of what was said', async () => {
  const code = 'for (let i = 0; i < 20; i++) console.error(`line ${i}`); process.exitCode = 3';
  const error = await failureOf(runCommand(...node(code)));
  expect(error).toMatchObject({ exitCode: 3, signal: undefined, timedOut: false });
  expect(error.lastLines.split('\n')).toHaveLength(15);
  expect(error.message).toMatch(/-e .* ended with 3:\nline 5\n[^]*\nline 19$/);
  expect(() => runCommandSync(...node(code))).toThrow(/ended with 3:\nline 5\n/);
  const silent = await failureOf(runCommand(...node('console.log("only here"); process.exit(1)')));
  expect(silent.lastLines).toBe('only here');
});

test('a signal, a limit and a missing program are told apart', async () => {
  const bySignal = await failureOf(runCommand(...node('process.kill(process.pid, "SIGKILL")')));
  expect(bySignal).toMatchObject({ signal: 'SIGKILL', exitCode: undefined, timedOut: false });
  expect(bySignal.message).toMatch(/was ended by SIGKILL$/);
  const late = await failureOf(
    runCommand(...node('setInterval(() => {}, 1e6)'), { timeoutMs: 300 }),
  );
  expect(late).toMatchObject({ timedOut: true, notStarted: undefined });
  expect(late.message).toMatch(/took too long$/);
  const missing = await failureOf(runCommand('schism-no-such-program', []));
  expect(missing).toMatchObject({ exitCode: undefined, signal: undefined });
  expect(missing.notStarted).toMatch(/ENOENT/);
  expect(() => runCommandSync('schism-no-such-program', [])).toThrow(
    /could not be started: .*ENOENT/,
  );
});

test('trying a command never fails', async () => {
  expect(await tryCommand(...node('process.exit(7)'))).toMatchObject({ exitCode: 7 });
  expect((await tryCommand('schism-no-such-program', [])).notStarted).toMatch(/ENOENT/);
  expect(tryCommandSync(...node('process.exit(7)'))).toMatchObject({ exitCode: 7 });
});

test('every byte arrives where that is asked for', () => {
  const code = 'process.stdout.write(Buffer.from([0, 200, 255, 10]))';
  const { stdout } = runCommandSync(...node(code), { encoding: 'latin1' });
  expect([...Buffer.from(stdout, 'latin1')]).toEqual([0, 200, 255, 10]);
});

test('an output that is read elsewhere is not kept, and a failure is seen at the end', async () => {
  const code =
    'process.stdout.write("x".repeat(1e6)); console.error("no more"); process.exitCode = 2';
  const { stdout, ended } = pipeCommand(...node(code));
  let bytes = 0;
  for await (const chunk of stdout) bytes += (chunk as Buffer).length;
  expect(bytes).toBe(1e6);
  const end = await ended;
  expect(end.stdout).toBe('');
  expect(() => requireSuccess(end)).toThrow(/ended with 2:\nno more$/);
});

test('lines come while it runs, and it can be ended', async () => {
  const { lines, ended, kill } = startCommand(
    ...node('console.log("ready"); console.error("and waiting"); setInterval(() => {}, 1e6)'),
  );
  const seen: string[] = [];
  for await (const line of lines) {
    seen.push(line);
    if (seen.length === 2) kill('SIGKILL');
  }
  expect(seen.sort()).toEqual(['and waiting', 'ready']);
  expect(await ended).toMatchObject({ signal: 'SIGKILL' });
});
