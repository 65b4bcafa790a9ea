import { readdirSync, readFileSync } from 'node:fs';
import type { Clock } from '../environment/environment.js';
import { poll } from '../environment/poll.js';
import { runCommandSync } from '../machine/command.js';

const POLL_MS = 1_000;

/** What runs may leave on this machine, at one moment. */
export interface MachineState {
  /** Sentences that name one thing each, and never another one later. */
  things: ReadonlySet<string>;
  /** The wall clock's lead over the monotonic one. */
  wallLeadMs: number;
}

/** Of the machine that this process and its Docker Engine run on. */
export function seeMachine(clock: Clock): MachineState {
  const things = [...loopDevices(), ...mounts(), ...processes(), ...engineThings()];
  return { things: new Set(things), wallLeadMs: clock.wallMs() - clock.now() / 1e6 };
}

/**
 * What is there and was not before, and stays for so long: other programs' things come and go. The wall clock, too,
 * must be as far ahead of the monotonic one as it was, but for a second: it is kept right by others.
 */
export async function leftSince(
  before: MachineState,
  clock: Clock,
  patienceMs: number,
): Promise<string[]> {
  const now = seeMachine(clock);
  let left = [...now.things].filter((thing) => !before.things.has(thing));
  await poll(clock, { everyMs: POLL_MS, limitMs: patienceMs }, () => {
    const { things } = seeMachine(clock);
    left = left.filter((thing) => things.has(thing));
    return left.length === 0 || undefined;
  });
  const jumpMs = now.wallLeadMs - before.wallLeadMs;
  return Math.abs(jumpMs) < 1_000 ? left : [...left, `the host's clock jumped by ${jumpMs} ms`];
}

/** `diskseq` is another one each time that a device is given a file. */
function loopDevices(): string[] {
  return readdirSync('/sys/block').flatMap((name) => {
    const file = readIfThere(`/sys/block/${name}/loop/backing_file`);
    if (file === undefined) return [];
    return [`loop device ${name} (use ${readIfThere(`/sys/block/${name}/diskseq`)?.trim()})`];
  });
}

function mounts(): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [id, , , , at] = line.split(' ');
    return `mount ${id} at ${at}`;
  });
}

/** Those of containers, and nodes of ours. */
function processes(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    const command = /^\d+$/.test(pid) ? readIfThere(`/proc/${pid}/cmdline`) : undefined;
    if (command === undefined) return [];
    const inContainer = /docker/.test(readIfThere(`/proc/${pid}/cgroup`) ?? '');
    const isNode = /nodes\/host\/main\.js/.test(command);
    return inContainer || isNode ? [`process ${pid} (${command.replaceAll('\0', ' ')})`] : [];
  });
}

function engineThings(): string[] {
  const lists = {
    container: ['ps', '-a', '--format', '{{.Names}}'],
    network: ['network', 'ls', '--format', '{{.Name}}'],
    volume: ['volume', 'ls', '--format', '{{.Name}}'],
  };
  return Object.entries(lists).flatMap(([kind, args]) => {
    const { stdout } = runCommandSync('docker', args);
    return stdout.split('\n').flatMap((name) => (name === '' ? [] : [`${kind} ${name}`]));
  });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
