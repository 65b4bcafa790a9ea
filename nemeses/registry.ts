import type { Nemesis } from '../harness/contracts/nemesis.js';
import { bandwidth } from './faults/links/bandwidth.js';
import { clockRate } from './faults/machines/clock-rate.js';
import { clock } from './faults/machines/clock.js';
import { cpu } from './faults/machines/cpu.js';
import { diskDamage } from './faults/disks/disk-damage.js';
import { diskErrors } from './faults/disks/disk-errors.js';
import { diskFull } from './faults/disks/disk-full.js';
import { diskReadOnly } from './faults/disks/disk-read-only.js';
import { diskSlow } from './faults/disks/disk-slow.js';
import { duplicate } from './faults/links/duplicate.js';
import { kill } from './faults/processes/kill.js';
import { laggards } from './faults/processes/laggards.js';
import { lateNews } from './faults/processes/late-news.js';
import { loss } from './faults/links/loss.js';
import { members } from './faults/operators/members.js';
import { memory } from './faults/machines/memory.js';
import { partition } from './faults/links/partition.js';
import { pause } from './faults/processes/pause.js';
import { power } from './faults/machines/power.js';
import { reorder } from './faults/links/reorder.js';
import { restart } from './faults/operators/restart.js';
import { slow } from './faults/links/slow.js';
import { upgrade } from './faults/operators/upgrade.js';

/** The faults that `--faults` knows, by name. */
export const NEMESES = {
  partition,
  kill,
  laggards,
  'late-news': lateNews,
  pause,
  restart,
  upgrade,
  power,
  slow,
  loss,
  bandwidth,
  reorder,
  duplicate,
  members,
  memory,
  cpu,
  clock,
  'clock-rate': clockRate,
  'disk-full': diskFull,
  'disk-read-only': diskReadOnly,
  'disk-errors': diskErrors,
  'disk-slow': diskSlow,
  'disk-damage': diskDamage,
} satisfies Record<string, Nemesis>;
