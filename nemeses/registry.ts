import type { Nemesis } from '../harness/contracts/nemesis.js';
import { bandwidth } from './bandwidth.js';
import { clock, clockRate } from './clock.js';
import { cpu } from './cpu.js';
import { diskDamage } from './disk-damage.js';
import { diskErrors } from './disk-errors.js';
import { diskFull } from './disk-full.js';
import { diskReadOnly } from './disk-read-only.js';
import { diskSlow } from './disk-slow.js';
import { duplicate } from './duplicate.js';
import { kill } from './kill.js';
import { laggards } from './laggards.js';
import { lateNews } from './late-news.js';
import { loss } from './loss.js';
import { members } from './members.js';
import { memory } from './memory.js';
import { partition } from './partition.js';
import { pause } from './pause.js';
import { power } from './power.js';
import { reorder } from './reorder.js';
import { restart } from './restart.js';
import { slow } from './slow.js';
import { upgrade } from './upgrade.js';

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
