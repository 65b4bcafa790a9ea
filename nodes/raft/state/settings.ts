import type { Setting } from '../../../harness/contracts/target.js';

/** How a read is served; see `reads.ts`. */
export const READ_MODES = ['linearizable', 'lease', 'local'] as const;
export type ReadMode = (typeof READ_MODES)[number];

/** The settings of a node, parsed. Times are in milliseconds, the threshold in log entries, the chunk in characters. */
export interface RaftSettings {
  reads: ReadMode;
  electionTimeoutMs: number;
  heartbeatMs: number;
  snapshotThreshold: number;
  snapshotChunk: number;
  preVote: boolean;
  checkQuorum: boolean;
  clock: 'monotonic' | 'wall';
}

/** What a user can set about our Raft with `--set name=value`. */
export const RAFT_SETTINGS = {
  reads: {
    description: 'How reads are served that do not say it themselves',
    default: 'linearizable',
    values: READ_MODES,
  },
  electionTimeoutMs: {
    description: 'A follower that hears nothing campaigns after one to two of these',
    default: '400',
    values: ['100', '150', '200', '300', '400', '500', '1000', '2000'],
  },
  heartbeatMs: {
    description: 'How often a leader says that it lives; well below the election timeout',
    default: '50',
    values: ['10', '20', '30', '50', '100', '200'],
  },
  snapshotThreshold: {
    description: 'Applied entries since the last snapshot after which the next one is taken',
    default: '10000',
    values: ['10', '50', '100', '500', '1000', '5000', '10000', '100000'],
  },
  snapshotChunk: {
    description: 'Characters of a snapshot in one message',
    default: '65536',
    values: ['64', '256', '1024', '8192', '65536', '1048576'],
  },
  prevote: {
    description: 'Ask whether an election could be won before disturbing anybody (thesis, 9.6)',
    default: 'on',
    values: ['on', 'off'],
  },
  checkQuorum: {
    description: 'A leader without answers from a majority steps down; leases need it',
    default: 'on',
    values: ['on', 'off'],
  },
  clock: {
    description:
      'The clock that a leader measures its lease with, and how long it lacks a majority',
    default: 'monotonic',
    values: ['monotonic', 'wall'],
  },
} as const satisfies Record<string, Setting>;

/** What a user can set about the clients. */
export const RAFT_CLIENT_SETTINGS = {
  retries: {
    description:
      'A client sends a write once more, under the same number, where nobody knows what became of it',
    default: 'off',
    values: ['off', 'on'],
  },
} as const satisfies Record<string, Setting>;

/**
 * Reads the settings, with defaults for those that are absent. Throws a RangeError that names the
 * setting where a value makes no sense. Any whole number is accepted where a number is meant.
 */
export function parseSettings(given: Readonly<Record<string, string>>): RaftSettings {
  const text = (name: keyof typeof RAFT_SETTINGS): string =>
    Object.hasOwn(given, name) ? given[name] : RAFT_SETTINGS[name].default;
  const choice = <T extends string>(name: keyof typeof RAFT_SETTINGS, values: readonly T[]): T => {
    const found = values.find((value) => value === text(name));
    if (found === undefined) throw new RangeError(`${name} must be one of ${values.join(', ')}`);
    return found;
  };
  const count = (name: keyof typeof RAFT_SETTINGS): number => {
    const value = Number(text(name));
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${name} must be a whole number above zero, not '${text(name)}'`);
    }
    return value;
  };
  return {
    reads: choice('reads', RAFT_SETTINGS.reads.values),
    electionTimeoutMs: count('electionTimeoutMs'),
    heartbeatMs: count('heartbeatMs'),
    snapshotThreshold: count('snapshotThreshold'),
    snapshotChunk: count('snapshotChunk'),
    preVote: choice('prevote', RAFT_SETTINGS.prevote.values) === 'on',
    checkQuorum: choice('checkQuorum', RAFT_SETTINGS.checkQuorum.values) === 'on',
    clock: choice('clock', RAFT_SETTINGS.clock.values),
  };
}
