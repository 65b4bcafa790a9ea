import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** A node of ours whose harness is gone. */
export interface Orphan {
  pid: number;
  /** As it was started. */
  command: string;
}

/**
 * Nodes that outlived their harness. A node ends with its harness's pipe, and the warden kills what is stopped;
 * only where both were killed at once a stopped node can stay. Linux only: empty elsewhere.
 */
export function findOrphans(): Orphan[] {
  return processIds().flatMap((pid) => {
    const argv = readArguments(pid);
    if (!isNode(argv) || parentOf(pid) !== 1) return [];
    return [{ pid, command: argv.join(' ') }];
  });
}

/** As a host starts one: `node … nodes/host/main.js --program MODULE#EXPORT --config -`. */
function isNode(argv: readonly string[]): boolean {
  const [entry, program, , config, file] = argv.slice(-5);
  return (
    program === '--program' &&
    config === '--config' &&
    file === '-' &&
    basename(argv[0]).startsWith('node') &&
    /[/\\]nodes[/\\]host[/\\]main\.[jt]s$/.test(entry)
  );
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function readArguments(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

/** Field 4 of /proc/PID/stat; a process whose parent died has init for its parent. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
