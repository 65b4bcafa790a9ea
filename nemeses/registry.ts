import type { Nemesis } from '../harness/contracts/nemesis.js';
import { kill } from './kill.js';
import { loss } from './loss.js';
import { partition } from './partition.js';
import { pause } from './pause.js';
import { slow } from './slow.js';

/** The faults that `--faults` knows, by name. */
export const NEMESES = { partition, kill, pause, slow, loss } satisfies Record<string, Nemesis>;
