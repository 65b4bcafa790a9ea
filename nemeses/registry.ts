import type { Nemesis } from '../harness/contracts/nemesis.js';
import { bandwidth } from './faults/bandwidth.js';
import { clockRate } from './faults/clock-rate.js';
import { clock } from './faults/clock.js';
import { cpu } from './faults/cpu.js';
import { diskDamage } from './faults/disk-damage.js';
import { diskErrors } from './faults/disk-errors.js';
import { diskFull } from './faults/disk-full.js';
import { diskReadOnly } from './faults/disk-read-only.js';
import { diskSlow } from './faults/disk-slow.js';
import { duplicate } from './faults/duplicate.js';
import { kill } from './faults/kill.js';
import { laggards } from './faults/laggards.js';
import { lateNews } from './faults/late-news.js';
import { loss } from './faults/loss.js';
import { members } from './faults/members.js';
import { memory } from './faults/memory.js';
import { partition } from './faults/partition.js';
import { pause } from './faults/pause.js';
import { power } from './faults/power.js';
import { reorder } from './faults/reorder.js';
import { restart } from './faults/restart.js';
import { slow } from './faults/slow.js';
import { upgrade } from './faults/upgrade.js';

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
