import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { entryCommand } from '../../harness/machine/entry.js';
import { processFacts } from '../common/process-table.js';

/** The harness's end of its warden. */
export interface Warden {
  readonly pid: number | undefined;
  /** From now on this process dies with the harness. */
  watch(pid: number): void;
  /** This process has ended; its pid may soon be another's. */
  forget(pid: number): void;
  /** Resolves when the warden has killed what it still watched, and is gone itself. */
  close(): Promise<void>;
}

/** Starts a warden: a session of its own, so that a terminal's Ctrl-C does not reach it. */
export function startWarden(log: (line: string) => void): Warden {
  const { file, args } = entryCommand(new URL('./warden.js', import.meta.url));
  const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  let closing = false;
  const ended = once(child, 'exit').catch(() => undefined);
  child.on('error', (error) => log(`The warden could not be started: ${error.message}`));
  child.on('exit', () => {
    if (!closing)
      log('The warden ended: nodes that are paused now would outlive a killed harness.');
  });
  // Its death is told above; a write that finds it dead adds nothing.
  child.stdin.on('error', () => {});
  const tell = (line: string): void => {
    if (child.stdin.writable) child.stdin.write(`${line}\n`);
  };
  return {
    pid: child.pid,
    watch: (pid) => {
      const facts = processFacts(pid);
      if (facts !== undefined) tell(`watch ${pid} ${facts.startTime}`);
    },
    forget: (pid) => tell(`forget ${pid}`),
    close: async () => {
      closing = true;
      child.stdin.end();
      await ended;
    },
  };
}
