import type { Nemesis } from '../harness/contracts/nemesis.js';
import { kill } from './kill.js';
import { loss } from './loss.js';
import { partition } from './partition.js';
import { pause } from './pause.js';
import { power } from './power.js';
import { slow } from './slow.js';

/** The faults that `--faults` knows, by name. */
export const NEMESES = { partition, kill, pause, power, slow, loss } satisfies Record<
  string,
  Nemesis
>;
