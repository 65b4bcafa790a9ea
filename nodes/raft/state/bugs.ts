import type { SeededBug } from '../../../harness/contracts/target.js';

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
  'two-votes': {
    description:
      'A node votes for every candidate whose log is up to date, also where it has voted in that term',
    precedent:
      'Zeebe issue 5356: lastVotedFor was reset with every change of leader, and two leaders were elected in ' +
      'term 1195; the same vote twice in CCF (issue 5891) and NebulaGraph (issue 2405)',
    foundBy:
      'schism test raft --bug two-votes --set prevote=off --faults kill,partition ' +
      '--fault-interval 1200ms --time 30s',
  },
  'lease-unbounded': {
    description:
      'A lease lasts for as long as the leader believes that it leads, whatever its clock says',
    precedent:
      'SOFAJRaft issue 25: a lease read asked only whether the node was a leader; TiKV issue 964',
    // Stale for the few milliseconds from the election of a leader to the check that ends the former one.
    foundBy:
      'schism test raft --bug lease-unbounded --set reads=lease --faults partition:isolate-leader ' +
      '--fault-interval 1s --rate 1000 --concurrency 20 --time 20s',
  },
  'ack-before-sync': {
    description:
      'Followers acknowledge entries, and leaders count their own, before the fsync is done',
    precedent:
      'NATS JetStream 2.12.1 (issue 7564, found by Jepsen): synced every two minutes, acknowledged at once',
    // In the time of a sync an entry reaches no majority; a node of its own has one at once.
    foundBy:
      'schism test raft --bug ack-before-sync --nodes 1 --faults power:all --fault-interval 1s ' +
      '--rate 1000 --concurrency 30 --time 15s',
  },
  'snapshot-without-tail': {
    description: 'A checkpoint is written without the entries behind its snapshot',
    precedent:
      'Zeebe issue 6092: a snapshot within the log deleted the entries behind it; etcd pull request 1763: ' +
      'a late snapshot cut off matching entries',
    foundBy:
      'schism test raft --bug snapshot-without-tail --set snapshotThreshold=100 --faults kill:all ' +
      '--fault-interval 1500ms --time 30s',
  },
  'membership-skip-overlap': {
    description:
      'Changes of membership are taken at any time: several at once, and before the leader has committed ' +
      'anything, so that majorities of two configurations need not meet',
    precedent:
      "Ongaro's correction of 2015 on raft-dev (single-server changes need a commit of the own term first); " +
      'Copycat issue 23 and Axon Server pull request 120 had to add that check',
    foundBy:
      'schism test raft --bug membership-skip-overlap --faults members:cut-off --fault-interval 2s --time 20s',
  },
  'truncate-on-old-append': {
    description:
      'A follower cuts its log off at every AppendEntries and takes what the message has, also where the ' +
      'message is an old one and the log already has all of it and more',
    precedent:
      'akka-raft issue 66, found by fuzzing; the paper (5.3) says to delete on a conflict only',
    // Messages overtake each other in simulation only: our nodes speak over TCP.
    foundBy:
      'schism simulate raft --bug truncate-on-old-append --nodes 3 --faults duplicate,reorder,kill --time 30s',
  },
  'retry-applied-twice': {
    description:
      'What a session was answered is forgotten when another leader takes over: a command that is sent ' +
      'again takes effect again',
    precedent:
      'CockroachDB pull request 39064: a command reproposed twice was applied twice; and every service that ' +
      'keeps the answers in the memory of its leader (thesis, 6.3)',
    // A compare-and-set that took effect is told by its second copy that the value did not match.
    foundBy:
      'schism test raft --bug retry-applied-twice --set retries=on --faults kill:leader --fault-interval 1200ms ' +
      '--rate 1000 --concurrency 30 --operation-timeout 3s --time 15s',
  },
  'read-index-without-noop': {
    description:
      'A new leader gives out its commit index for reads before it has committed an entry of its own term',
    precedent: 'etcd issue 7331; TiKV pull request 6340',
    foundBy:
      'schism test raft --bug read-index-without-noop --faults kill:leader,partition:isolate-leader ' +
      '--fault-interval 1200ms --rate 200 --time 30s',
  },
  'ignore-prevote': {
    description:
      'A node asks whether it could win and campaigns without waiting for the answers. Nothing unsafe ' +
      'comes of it: a node that was cut off comes back with a later term and unseats the leader',
    precedent: 'etcd before pre-vote (issues 8499 and 9333)',
    // By a named invariant only: clients see nothing wrong, but fewer answers.
    foundBy: 'schism simulate raft --bug ignore-prevote --faults partition --time 30s',
  },
} as const satisfies Record<string, SeededBug>;

export type RaftBug = keyof typeof RAFT_BUGS;
