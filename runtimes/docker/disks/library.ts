import type { DiskDamage, DiskFault } from '../../../harness/contracts/cluster.js';
import { call, shellLibrary } from '../shell/library.js';

/** What is done to a file system that is in use. A slow disk is one below it. */
export type BreakableKind = Exclude<DiskFault['kind'], 'slow'>;

/** As little as possible reaches the disk by itself: a journal is committed when somebody syncs. */
export const MOUNT_OPTIONS = 'commit=300';

/** Loop devices, their control and FUSE, among the host's devices: what the helper needs to make disks of files. */
export const diskPowers = {
  Binds: ['/dev:/dev'],
  // The files of a node's disk belong to the node's user.
  CapAdd: ['SYS_ADMIN', 'SYS_PTRACE', 'NET_ADMIN', 'KILL', 'DAC_READ_SEARCH', 'DAC_OVERRIDE'],
  DeviceCgroupRules: ['b 7:* rwm', 'c 10:237 rwm', 'c 10:229 rwm'],
};

const DISK_SCRIPTS = [
  'making.sh',
  'slow-server.pl',
  'power.sh',
  'shut-down.pl',
  'faults.sh',
  'write-block.pl',
  'damage.sh',
  'damage.pl',
].map((name) => `./scripts/${name}`);

/** The functions of `scripts/`, for calls of `diskCalls`. */
export const diskLibrary = shellLibrary(import.meta.url, DISK_SCRIPTS, {
  mount_options: MOUNT_OPTIONS,
});

/** What a pattern of files may be made of: it is expanded by a shell. */
const PATTERN = /^[\w*?./-]+$/;

/** `device` is the loop device of a disk, `file` what it is made of, `pid` a process of a node, `data` its directory. */
export const diskCalls = {
  make: (file: string, bytes: number, canBeSlow: boolean): string =>
    call('make_disk', file, bytes, canBeSlow ? 'slow' : 'fast'),
  awaitUnmounted: (device: string): string => call('await_unmounted', device),
  sync: (pid: number, data: string): string => call('sync_disk', pid, data),
  cut: (pid: number, data: string, file: string): string => call('cut_power', pid, data, file),
  countLoss: (device: string, file: string): string => call('count_loss', device, file),
  delay: (file: string, delayMs: number): string => call('order_delay', file, delayMs),
  break: (kind: BreakableKind, device: string, file: string): string =>
    call('break_disk', kind, device, file),
  mend: (kind: BreakableKind, file: string): string => call('mend_disk', kind, file),
  probe: (device: string, file: string): string => call('probe_disk', device, file),
  undoDamage: (device: string, file: string): string => call('undo_damage', device, file),
  /** `pattern` says which files are the log, from the root of the disk. Throws where a shell would see more in it. */
  damage: (device: string, file: string, pattern: string, { kind, draw }: DiskDamage): string => {
    if (!PATTERN.test(pattern)) throw new RangeError(`"${pattern}" is no pattern of file names`);
    return call('damage_log', device, file, pattern, kind, draw);
  },
};
