import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** The labels by which the harness knows its own. Nothing without them is ever touched. */
export const LABELS = {
  run: 'schism.run',
  /** Tells apart what bears the same run id: this is what a teardown goes by. */
  cluster: 'schism.cluster',
  controller: 'schism.controller',
  node: 'schism.node',
  keep: 'schism.keep',
  image: 'schism.image',
  content: 'schism.content',
} as const;

/** Who started a run: enough to tell later whether it still lives. */
export interface Controller {
  host: string;
  pid: number;
  /** When the process started, in clock ticks since boot; a reused pid has another. Empty where unknown. */
  start: string;
  /** The boot it ran in: after a reboot neither pid nor ticks mean anything. Empty where unknown. */
  boot: string;
}

/** This process. */
export function thisController(): Controller {
  return { host: hostname(), pid: process.pid, start: startOf(process.pid) ?? '', boot: boot() };
}

export function formatController(controller: Controller): string {
  return [controller.host, controller.pid, controller.start, controller.boot].join(' ');
}

/** Undefined where the label is not of our making. */
export function parseController(label: string): Controller | undefined {
  const [host, pid, start, bootId] = label.split(' ');
  if (!host || !/^[0-9]+$/.test(pid ?? '')) return undefined;
  return { host, pid: Number(pid), start: start ?? '', boot: bootId ?? '' };
}

/**
 * Whether that process still runs. `unknown` on another host: its owner must clean there, or force it.
 */
export function livenessOf(controller: Controller): 'alive' | 'dead' | 'unknown' {
  if (controller.host !== hostname()) return 'unknown';
  if (controller.boot !== boot()) return 'dead';
  if (controller.start !== '')
    return startOf(controller.pid) === controller.start ? 'alive' : 'dead';
  try {
    process.kill(controller.pid, 0);
    return 'alive';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : 'dead';
  }
}

/** Field 22 of /proc/PID/stat (proc(5)); the name in field 2 may hold spaces, so counting starts behind it. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function boot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
