import type { Capability } from '../../../harness/contracts/cluster.js';
import { clockCodeFor } from '../clock/listing.js';
import { codeArguments, patchScript, trialBlock } from '../clock/node-clock.js';
import { diskLibrary } from '../disks/library.js';
import { renderRules } from '../network/rules.js';
import { call, shellLibrary } from '../shell/library.js';

/** What a fault needs of the machine, tried for real, and what to do where it is not there. */
export interface Trial {
  capabilities: readonly Capability[];
  /** What is tried, for people. */
  what: string;
  /** Ends with 0 where it works; it starts in a network namespace of its own. */
  script(architecture: string): string;
  fix: string;
}

const networkTrials = shellLibrary(import.meta.url, ['./network.sh', './end-own-connection.pl']);
const diskTrials = shellLibrary(import.meta.url, ['./disks.sh']);
const runner = shellLibrary(import.meta.url, ['./run.sh']);

const openRules = renderRules({
  clientPort: 1,
  addresses: new Map([['n1', '192.0.2.1']]),
  incoming: new Map(),
  outgoing: new Map(),
  fromClients: { cut: true, lossPercent: 0, duplicatePercent: 0 },
  toClients: undefined,
});

const ofLinks: readonly Trial[] = [
  {
    capabilities: ['cut'],
    what: 'nftables',
    script: () => networkTrials(call('try_rules', openRules)),
    fix: 'load the kernel module nf_tables (and nft_redir, nft_ct), or use a kernel that has them',
  },
  {
    capabilities: ['loss'],
    what: 'nftables’ numgen',
    script: () => networkTrials(call('try_loss')),
    fix: 'load the kernel module nft_numgen, or use a kernel that has it',
  },
  {
    capabilities: ['bandwidth'],
    what: 'tc’s tbf',
    script: () => networkTrials(call('try_bandwidth')),
    fix: 'load the kernel modules sch_htb, sch_tbf, cls_u32 and ifb, or use a kernel that has them',
  },
  {
    capabilities: ['duplicate'],
    what: 'nftables’ dup',
    script: () => networkTrials(call('try_duplicate')),
    fix: 'load the kernel modules nft_dup_ipv4 and nft_numgen, or use a kernel that has them',
  },
  {
    capabilities: ['delay', 'reorder'],
    what: 'tc’s netem',
    script: () => networkTrials(call('try_netem')),
    fix: 'load the kernel module sch_netem (package linux-modules-extra, kernel-modules-extra), or use a kernel that has it',
  },
  {
    capabilities: ['reset'],
    what: 'ending connections (ss -K)',
    script: () => networkTrials(call('try_reset')),
    fix: 'use a kernel that was built with CONFIG_INET_DIAG_DESTROY',
  },
];

const ofDisks: readonly Trial[] = [
  {
    capabilities: ['power'],
    what: 'a file system in a file that is shut down',
    script: () => diskLibrary(diskTrials(call('try_power'))),
    fix: 'load the kernel modules loop and ext4, and build the helper image anew: npx schism images build helper',
  },
  {
    capabilities: ['disk-full', 'disk-read-only', 'disk-errors', 'disk-damage'],
    what: 'a file system in a file that is filled, aborted, shut down and damaged',
    script: () => diskLibrary(diskTrials(call('try_faults'))),
    fix: 'load the kernel modules loop and ext4, and build the helper image anew: npx schism images build helper',
  },
  {
    capabilities: ['disk-slow'],
    what: 'a file system in a file whose syncs FUSE slows down',
    script: () => diskLibrary(diskTrials(call('try_slow'))),
    fix: 'load the kernel modules fuse, loop and ext4, and build the helper image anew: npx schism images build helper',
  },
];

const ofClocks: readonly Trial[] = [
  {
    capabilities: ['clock'],
    what: 'other clock routines in a process’s vDSO',
    script: tryClocks,
    fix: 'use a 64-bit x86 or ARM kernel that has a vDSO and lets root write to /proc/PID/mem (proc_mem.force_override)',
  },
];

export const trials: readonly Trial[] = [...ofLinks, ...ofDisks, ...ofClocks];

/** In a child process of its own. */
function tryClocks(architecture: string): string {
  if (clockCodeFor(architecture) === undefined) {
    return `${call('echo', `there are no routines for ${architecture}`)}; false`;
  }
  return patchScript('trial', ...codeArguments(architecture), trialBlock());
}

/** Prints a line for each trial: its index, how it ended, and the first line of what it said. */
export function trialsScript(architecture: string): string {
  return runner(...trials.map(({ script }, index) => call('try', index, script(architecture))));
}
