import { existsSync, readFileSync } from 'node:fs';
import { tryCommandSync } from '../../harness/machine/command.js';

/** What the operating system says of a process. */
export interface ProcessFacts {
  /** One letter, as in ps: R runs, S sleeps, T is stopped, Z is dead and not yet collected. */
  state: string;
  /** When it started, in the system's own notation: with the pid it names one process for good. */
  startTime: string;
}

/** Facts about a process, from /proc or, where there is none (macOS), from ps; undefined if it is gone. */
export function processFacts(pid: number): ProcessFacts | undefined {
  return existsSync('/proc/self/stat') ? factsFromProc(pid) : factsFromPs(pid);
}

function factsFromProc(pid: number): ProcessFacts | undefined {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field, the name, may hold spaces and brackets; the third begins behind the last bracket.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], startTime: fields[19] };
}

function factsFromPs(pid: number): ProcessFacts | undefined {
  const { exitCode, stdout } = tryCommandSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)]);
  const [state, ...started] = stdout.trim().split(/\s+/);
  return exitCode === 0 && state !== ''
    ? { state: state[0], startTime: started.join(' ') }
    : undefined;
}

/** Whether this very process still runs: a pid that another process got since does not count. */
export function isAlive(pid: number, startTime: string): boolean {
  const facts = processFacts(pid);
  return facts !== undefined && facts.startTime === startTime && facts.state !== 'Z';
}

/** Sends a signal to a process and what it started (its group); nothing happens where they are gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // macOS says EPERM of a group in which all are dead and not yet collected.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
