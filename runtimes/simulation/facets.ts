import type {
  ClockFacet,
  DiskFacet,
  DiskProbe,
  PowerFacet,
  StoredLogFacet,
} from '../../harness/contracts/cluster.js';
import type { VirtualClock } from '../../harness/environment/virtual.js';
import { elapsedMs } from '../../harness/environment/elapsed.js';
import type { SimulatedDisk } from './disk/disk.js';
import type { NodeTime } from './process.js';

/** The clocks of a node, which a reading costs no time. */
export function clockFacet(time: NodeTime, clock: VirtualClock): ClockFacet {
  return {
    async skew(skew) {
      time.setSkew(skew);
    },
    async putRight() {
      time.setSkew(null);
    },
    async read() {
      const now = clock.wallMs();
      return { wallMs: time.wallMs(), fromMs: now, untilMs: now };
    },
  };
}

export function diskFacet(disk: SimulatedDisk, clock: VirtualClock): DiskFacet {
  return {
    async break(fault) {
      disk.break(fault);
    },
    async mend() {
      disk.break(null);
    },
    async probe() {
      const start = clock.now();
      const refusal = await new Promise<DiskProbe['refusal']>((resolve) => {
        disk.probe((code) => {
          clock.touch();
          resolve(code);
        });
      });
      return { refusal, tookMs: elapsedMs(clock, start) };
    },
  };
}

/** `onDamage` is called when the disk no longer keeps its word. */
export function storedLogFacet(disk: SimulatedDisk, onDamage: () => void): StoredLogFacet {
  return {
    async damage(damage) {
      onDamage();
      return disk.damage(damage);
    },
    restore: async () => disk.undoDamage(),
  };
}

/** `end` takes the node's process away, at once. */
export function powerFacet(disk: SimulatedDisk, end: () => void): PowerFacet {
  return {
    async cut() {
      end();
      return disk.losePower();
    },
  };
}
