import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { NodeCommand } from '../../harness/contracts/starts/node-setup.js';
import type { Clock } from '../../harness/environment/environment.js';
import { poll } from '../../harness/environment/poll.js';
import { processFacts, signalGroup } from '../common/process-table.js';
import type { Warden } from './warden-handle.js';

/** How often the system is asked whether it stands still. */
const SEEN_POLL_MS = 5;

/** How a process ended. */
export interface Exit {
  exitCode: number | null;
  signal: string | null;
}

/** One life of a node: a process, from its start to its end. */
export class NodeProcess {
  readonly pid: number;
  /** Resolves when it is gone and collected. */
  readonly exited: Promise<Exit>;
  /** Undefined while it lives. */
  exit: Exit | undefined;

  private constructor(pid: number, exited: Promise<Exit>) {
    this.pid = pid;
    this.exited = exited.then((exit) => (this.exit = exit));
  }

  /**
   * Starts the command, its output appended to the log. The process leads a group of its own, so that a
   * terminal's Ctrl-C does not reach it. Its input stays open for as long as it may live: it ends with the
   * harness, and a node of ours then ends too. Throws the system's error where it cannot be started.
   */
  static async start(command: NodeCommand, logPath: string, warden: Warden): Promise<NodeProcess> {
    const child = spawnInto(logPath, command);
    const stdin = child.stdin as Writable;
    // Its end is seen by its exit; an input that breaks says no more.
    stdin.on('error', () => {});
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    });
    const { pid } = child;
    if (pid === undefined) throw (await once(child, 'error'))[0];
    warden.watch(pid);
    void exited.then(() => warden.forget(pid));
    if (command.firstLine !== undefined) stdin.write(`${command.firstLine}\n`);
    return new NodeProcess(pid, exited);
  }

  send(signal: NodeJS.Signals): void {
    if (this.exit === undefined) signalGroup(this.pid, signal);
  }

  /** Waits until the system shows it stopped, or not stopped; false where that takes too long. */
  async seenStopped(stopped: boolean, clock: Clock, limitMs: number): Promise<boolean> {
    const seen = await poll(clock, { everyMs: SEEN_POLL_MS, limitMs }, () => {
      if (this.exit !== undefined) return false;
      const state = processFacts(this.pid)?.state;
      return (state !== undefined && (state === 'T') === stopped) || undefined;
    });
    return seen ?? false;
  }

  /** Waits for its end; undefined where that takes too long. */
  async exitWithin(limitMs: number, clock: Clock): Promise<Exit | undefined> {
    const limit = new AbortController();
    const exit = await Promise.race([this.exited, clock.sleep(limitMs, limit.signal)]);
    limit.abort();
    return exit ?? undefined;
  }
}

/** Its output goes to the file directly, not through us: it loses nothing when the harness dies. */
function spawnInto(logPath: string, { file, args, environment }: NodeCommand): ChildProcess {
  const log = openSync(logPath, 'a');
  try {
    writeSync(log, `--- start: ${file} ${args.join(' ')}\n`);
    return spawn(file, args, {
      env: { ...process.env, ...environment },
      stdio: ['pipe', log, log],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}
