import type { ClockSkew } from '../../../harness/contracts/cluster.js';
import { DockerError } from '../engine/errors.js';
import type { Helper } from '../network/helper.js';
import {
  encodeBlock,
  isShifted,
  nextBlock,
  UNSHIFTED,
  type ClockBlock,
  type ClockReading,
} from './blocks.js';
import { call, shellLibrary } from '../shell/library.js';
import { clockCodeFor } from './listing.js';

const clockLibrary = shellLibrary(import.meta.url, ['./routines/patch.sh', './routines/patch.pl']);

/** Runs `patch.pl` with these arguments. */
export function patchScript(...args: readonly (string | number)[]): string {
  return clockLibrary(call('patch', ...args));
}

/** What the program wants to know of the code for this machine. Throws a `DockerError` where there is none. */
export function codeArguments(architecture: string): string[] {
  const code = clockCodeFor(architecture);
  if (code === undefined) {
    throw new DockerError('unsupported', 'skew clocks', `there is no code for ${architecture}`);
  }
  const { bytes, labels, prefix } = code;
  const jumps = Object.entries(labels).map(([name, offset]) => `${name}=${offset}`);
  return [prefix, bytes.toString('hex'), jumps.join(',')];
}

/** One hour ahead: a trial that nothing else can explain. */
export function trialBlock(): string {
  const skew = { offsetMs: 3_600_000, driftPpm: 0 };
  return encodeBlock(nextBlock(UNSHIFTED, skew, { wallNs: 0n, monotonicNs: 0n })).toString('hex');
}

/**
 * The clocks of one node's processes. Nothing of a process is touched before its node's first skew; from then on
 * every process of the node, also after a restart, reads its clocks through our routines.
 */
export class NodeClock {
  private readonly helper: Helper;
  private readonly architecture: string;
  private readonly node: string;
  private block: ClockBlock | undefined;
  /** What processes were given: one that was refused is as if it had never been chosen. */
  private applied: ClockBlock | undefined;

  constructor(helper: Helper, architecture: string, node: string) {
    this.helper = helper;
    this.architecture = architecture;
    this.node = node;
  }

  /** What is to be in force from now on; `apply` brings it there. */
  async choose(skew: ClockSkew | null): Promise<void> {
    const isRight = skew === null && this.applied === undefined;
    this.block = isRight
      ? undefined
      : nextBlock(this.applied ?? UNSHIFTED, skew, await this.readHost());
  }

  /**
   * Every process of the node gets what was chosen; `look` tells a process of it, as the host counts, and whether it
   * runs. One that ends in the meantime is no failure.
   */
  async apply(look: () => Promise<{ Pid: number; Running: boolean }>): Promise<void> {
    if (this.block === undefined) return;
    try {
      const { Pid } = await look();
      if (Pid > 0) await this.set(Pid, this.block);
    } catch (error) {
      const { Running } = await look();
      if (Running) throw error;
    }
  }

  /** For every process in the pid namespace of this one. */
  private async set(pid: number, block: ClockBlock): Promise<void> {
    const bytes = encodeBlock(block).toString('hex');
    const waits = isShifted(block.monotonic) ? ['waits'] : [];
    const script = patchScript('set', pid, ...codeArguments(this.architecture), bytes, ...waits);
    await this.helper.run(script, `set the clock of node ${this.node}`);
    this.applied = block;
  }

  private async readHost(): Promise<ClockReading> {
    const output = await this.helper.run(patchScript('now'), 'read the engine’s clocks');
    const [wallNs, monotonicNs] = output.trim().split(' ').map(BigInt);
    return { wallNs, monotonicNs };
  }
}
