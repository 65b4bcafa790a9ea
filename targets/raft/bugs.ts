import type { SeededBug } from '../../harness/contracts/target.js';

/**
 * Mistakes that real systems made, each a few lines at the place where it would be made. With any of
 * them on, the node's own guard against overwriting committed entries is off, so that clients see what
 * comes of it.
 */
export const RAFT_BUGS = {
  'stale-read': {
    description:
      'A leader answers reads from its own state without asking a majority whether it still leads, ' +
      'and does not notice that it lost them',
    precedent:
      "etcd before 0.5 and Consul's default mode (Jepsen, 2014): reads served by a deposed leader",
    foundBy: 'schism test raft --bug stale-read --faults partition --time 30s',
  },
  'forget-vote': {
    description: 'Term and vote are kept in memory only, and a restarted node begins at term 0',
    precedent:
      'servers that gave hashicorp/raft its InmemStore, meant for tests, as the stable store',
    // Terms repeat where all nodes restart at once, and logs differ then by what the leader alone had:
    // so many kills, many writes under way, and registers that are left as each kill finds them.
    foundBy:
      'schism test raft --bug forget-vote --nodes 3 --faults kill:all --fault-interval 1200ms ' +
      '--rate 1500 --concurrency 60 --workload-option operations-per-key=100 ' +
      '--workload-option mix=1:2:1 --workload-option readers=0 --set electionTimeoutMs=200 --time 30s',
  },
  'ack-before-commit': {
    description: 'A leader takes an entry for committed once it is in its own log',
    precedent:
      'MongoDB with write concern 1 and Redis replication: acknowledged by the primary alone',
    foundBy: 'schism test raft --bug ack-before-commit --faults partition --time 30s',
  },
  'commit-old-term': {
    description:
      'The commit index moves by comparing indexes only, never the term of the entry: a leader counts ' +
      "copies of older terms' entries (and appends no no-op), and a follower takes the leader's " +
      "commit index for its own log, even where that still ends in an older term's entries",
    precedent:
      "figure 8 of the Raft paper; and a mistake that the students' guide to Raft (MIT 6.824) warns of, " +
      'min(leaderCommit, last index) instead of the index of the last entry known to match',
    // A leader that is cut off goes on to append: entries of an old term that nobody else has.
    foundBy:
      'schism test raft --bug commit-old-term --nodes 3 --faults partition:isolate-leader ' +
      '--fault-interval 2s --rate 500 --time 30s',
  },
  'lost-tail': {
    description: 'Recovery takes the last complete entry of the log for torn and drops it',
    precedent:
      'off-by-one errors in recovery; CORDS (FAST 2017) and "Protocol-Aware Recovery" (FAST 2018) ' +
      'show LogCabin, ZooKeeper and others that lose or truncate good entries on restart',
    foundBy:
      'schism test raft --bug lost-tail --nodes 3 --faults kill:all --fault-interval 2s --time 30s',
  },
} as const satisfies Record<string, SeededBug>;

export type RaftBug = keyof typeof RAFT_BUGS;
