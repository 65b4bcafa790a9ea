import type { Setting } from '../../../harness/contracts/target.js';

export type ReadMode = 'sync' | 'local';

/** The settings of a server, parsed. */
export interface ZabSettings {
  reads: ReadMode;
  /** All other times are counted in ticks, as in ZooKeeper. */
  tickMs: number;
  initLimit: number;
  syncLimit: number;
  /** Transactions. */
  snapshotThreshold: number;
}

/** What a user can set about our ZAB with `--set name=value`. */
export const ZAB_SETTINGS = {
  reads: {
    description:
      'How reads are served that do not say it themselves: sync asks the leader first and is linearizable; ' +
      'local is what the own server has, sequentially consistent and possibly stale',
    default: 'sync',
    values: ['sync', 'local'],
  },
  tickMs: {
    description: 'How often a leader says that it lives; the limits are counted in it',
    default: '50',
    values: ['10', '20', '50', '100', '200'],
  },
  initLimit: {
    description:
      'Ticks that an elected leader has to gather a quorum, and a follower to be up to date',
    default: '30',
    values: ['10', '20', '30', '60', '100'],
  },
  syncLimit: {
    description: 'Ticks without a sign of life after which a leader or a follower is given up',
    default: '8',
    values: ['4', '8', '16', '40'],
  },
  snapshotThreshold: {
    description: 'Transactions since the last snapshot after which the next one is taken',
    default: '10000',
    values: ['10', '50', '100', '500', '1000', '5000', '10000', '100000'],
  },
} as const satisfies Record<string, Setting>;

/**
 * Reads the settings, with defaults for those that are absent. Throws a RangeError that names the
 * setting where a value makes no sense. Any whole number is accepted where a number is meant.
 */
export function parseSettings(given: Readonly<Record<string, string>>): ZabSettings {
  const text = (name: keyof typeof ZAB_SETTINGS): string =>
    Object.hasOwn(given, name) ? given[name] : ZAB_SETTINGS[name].default;
  const count = (name: keyof typeof ZAB_SETTINGS): number => {
    const value = Number(text(name));
    if (Number.isInteger(value) && value >= 1) return value;
    throw new RangeError(`${name} must be a whole number above zero, not '${text(name)}'`);
  };
  const reads = ZAB_SETTINGS.reads.values.find((value) => value === text('reads'));
  if (reads === undefined) throw new RangeError('reads must be sync or local');
  return {
    reads,
    tickMs: count('tickMs'),
    initLimit: count('initLimit'),
    syncLimit: count('syncLimit'),
    snapshotThreshold: count('snapshotThreshold'),
  };
}
