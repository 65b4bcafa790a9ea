import type { Readable } from 'node:stream';
import { execa, execaSync, type Options, type Result, type SyncResult } from 'execa';
import { lastLines } from '../text/lines.js';

/** How a command is run; its standard input is empty unless `input` says otherwise. */
export interface CommandOptions {
  cwd?: string;
  /** Beside those of this process. */
  env?: Readonly<Record<string, string>>;
  input?: string;
  /** No limit by default. */
  timeoutMs?: number;
  /** `latin1` keeps each byte as one character, the last line end included. */
  encoding?: 'utf8' | 'latin1';
}

/** How a command ended. Texts have no line end at their end. */
export interface CommandEnd {
  /** As a person would type it. */
  command: string;
  /** Undefined where it could not be started. */
  pid?: number;
  /** Undefined where a signal ended it, or where it could not be started. */
  exitCode?: number;
  signal?: string;
  timedOut: boolean;
  /** Why it could not be started, in the system's words. */
  notStarted?: string;
  stdout: string;
  stderr: string;
  /** Both, as they came. */
  output: string;
}

/** A command that did not end with 0. The facts are fields, the message is for people. */
export class CommandError
  extends Error
  implements Omit<CommandEnd, 'stdout' | 'stderr' | 'output'>
{
  override readonly name = 'CommandError';
  readonly command: string;
  readonly pid?: number;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly timedOut: boolean;
  readonly notStarted?: string;
  /** Of stderr; of stdout where nothing was said there. */
  readonly lastLines: string;

  constructor(end: CommandEnd) {
    const said = lastLines(end.stderr.trim() === '' ? end.stdout : end.stderr, LINES_KEPT);
    super(describe(end, said));
    this.command = end.command;
    this.pid = end.pid;
    this.exitCode = end.exitCode;
    this.signal = end.signal;
    this.timedOut = end.timedOut;
    this.notStarted = end.notStarted;
    this.lastLines = said;
  }
}

const LINES_KEPT = 15;

function describe({ command, ...end }: CommandEnd, said: string): string {
  if (end.notStarted !== undefined) return `"${command}" could not be started: ${end.notStarted}`;
  const how = end.timedOut
    ? 'took too long'
    : end.signal !== undefined
      ? `was ended by ${end.signal}`
      : `ended with ${end.exitCode}`;
  return said === '' ? `"${command}" ${how}` : `"${command}" ${how}:\n${said}`;
}

/** Runs a command to its end. Rejects with a `CommandError` unless it ended with 0. */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandEnd> {
  return requireSuccess(await tryCommand(file, args, options));
}

/** Runs a command to its end, whatever that is. Never rejects. */
export async function tryCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandEnd> {
  const running = execa(file, [...args], { ...translate(options), all: true });
  return readEnd(await running, running.pid);
}

/** As `runCommand`, for the few places that cannot wait. Throws a `CommandError`. */
export function runCommandSync(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): CommandEnd {
  return requireSuccess(tryCommandSync(file, args, options));
}

/** As `tryCommand`, for the few places that cannot wait. */
export function tryCommandSync(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): CommandEnd {
  return readEnd(execaSync(file, [...args], { ...translate(options), all: true }));
}

/** A command that runs. */
export interface RunningCommand {
  kill(signal: NodeJS.Signals): void;
  /** How it ended; of its texts, those that nobody else reads. Never rejects. */
  ended: Promise<CommandEnd>;
}

/** Starts a command whose output is larger than memory should hold: it waits until its output is read. */
export function pipeCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): RunningCommand & { stdout: Readable } {
  const running = execa(file, [...args], { ...translate(options), buffer: { stdout: false } });
  return { stdout: running.stdout, ...control(running) };
}

/** Starts a command whose lines, of both streams, are read while it runs. */
export function startCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): RunningCommand & { lines: AsyncIterable<string> } {
  const running = execa(file, [...args], { ...translate(options), all: true });
  return { lines: linesOf(running.iterable({ from: 'all' })), ...control(running) };
}

async function* linesOf(chunks: AsyncIterable<unknown>): AsyncIterable<string> {
  for await (const chunk of chunks) yield String(chunk);
}

function control(
  running: Promise<Result> & { pid?: number; kill(signal: NodeJS.Signals): boolean },
): RunningCommand {
  return {
    kill: (signal) => void running.kill(signal),
    ended: running.then((end) => readEnd(end, running.pid)),
  };
}

/** For the end of a command that was started. Throws a `CommandError` unless it ended with 0. */
export function requireSuccess(end: CommandEnd): CommandEnd {
  if (end.exitCode !== 0) throw new CommandError(end);
  return end;
}

function translate({ cwd, env, input, timeoutMs, encoding = 'utf8' }: CommandOptions) {
  return {
    cwd,
    env,
    timeout: timeoutMs,
    encoding,
    reject: false,
    stripFinalNewline: encoding === 'utf8',
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  } as const satisfies Options;
}

function readEnd(end: Result | SyncResult, pid?: number): CommandEnd {
  const text = (output: unknown): string => (typeof output === 'string' ? output : '');
  const { command, exitCode, signal, timedOut } = end;
  const notStarted =
    exitCode === undefined && signal === undefined ? end.originalMessage : undefined;
  return {
    command,
    pid,
    exitCode,
    signal,
    timedOut,
    notStarted: timedOut ? undefined : notStarted,
    stdout: text(end.stdout),
    stderr: text(end.stderr),
    output: text(end.all),
  };
}
