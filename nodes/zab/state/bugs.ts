import type { SeededBug } from '../../../harness/contracts/target.js';

/** Found within a few runs. */
const simulated = (bug: string): string =>
  `schism simulate zab --bug ${bug} --nodes 3 --faults kill,partition,power --fault-interval 1s`;

/**
 * Mistakes that real systems made, each a few lines at the place where it would be made. With any of them on,
 * the server's own guards do not stop it, so that clients see what comes of it.
 */
export const ZAB_BUGS = {
  'forget-epoch': {
    description:
      'Accepted and current epoch are kept in memory only; a restarted server takes both from its last zxid',
    precedent:
      'ZOOKEEPER-335: a new epoch was not written down, so two leaders could use it one after the other',
    foundBy: simulated('forget-epoch'),
  },
  'counter-only': {
    description: 'Histories are compared by the counter of their last zxid; its epoch is left out',
    precedent:
      'ZOOKEEPER-1277: servers that looked at one half of a zxid, until the counter ran into the epoch',
    // The leader of an old epoch, with more in it than there is of the new one, is back for an election.
    foundBy:
      'schism simulate zab --bug counter-only --nodes 3 --faults kill,partition:isolate-leader --overlap ' +
      '--fault-interval 600ms --set tickMs=10 --time 10s',
  },
  'skip-truncate': {
    description: 'A follower that is told to truncate keeps its tail and goes on behind it',
    precedent:
      'ZOOKEEPER-1549 and ZOOKEEPER-5094: a follower whose state was ahead of the log that it was cut back to',
    foundBy: simulated('skip-truncate'),
  },
  'commit-alone': {
    description: 'A leader commits what it has on its own disk, without waiting for a quorum',
    precedent:
      'MongoDB with write concern 1 and Redis replication: acknowledged by the primary alone',
    foundBy: simulated('commit-alone'),
  },
  'unordered-proposals': {
    description: 'Proposals that go out together are sent to the followers in the wrong order',
    precedent:
      'the paper (DSN 2011, section 1): Paxos with several proposals under way may decide them in another ' +
      'order than they were made in, and state changes mean nothing out of order',
    foundBy: simulated('unordered-proposals'),
  },
  'moved-session': {
    description: 'A leader takes requests for a session from a server that it has moved away from',
    precedent:
      'ZOOKEEPER-417: stray messages of a client that had changed servers took effect late',
    foundBy: 'schism test zab --bug moved-session --nodes 3 --workload sessions --time 10s',
  },
  'late-watch': {
    description: 'The event of a watch is held back to the next tick, the new data is not',
    precedent:
      'ZooKeeper on other storage (fdb-zk, issue 3): watches that fire on their own way, unordered with replies',
    foundBy: 'schism test zab --bug late-watch --nodes 3 --workload sessions --time 10s',
  },
  'kept-ephemeral': {
    description: 'A request for a session that has just been closed is still carried out',
    precedent:
      'ZOOKEEPER-1208: an ephemeral node made behind the close of its session stayed for good',
    foundBy: 'schism test zab --bug kept-ephemeral --nodes 3 --workload sessions --time 10s',
  },
  'skip-sync': {
    description: 'A sync is answered by the own server at once; the leader is not asked',
    precedent:
      "ZooKeeper's own reads, which may be stale: programs that leave out the sync lose sight of writes",
    foundBy: simulated('skip-sync'),
  },
  'deposed-leader': {
    description:
      'A leader answers a sync without asking a quorum whether it still leads, and does not notice that it ' +
      'lost it',
    precedent:
      "ZooKeeper's sync is no quorum operation (ZOOKEEPER-2136), as its documentation says",
    foundBy: simulated('deposed-leader'),
  },
  'hole-in-log': {
    description:
      'What a follower receives while it is synchronized is left out of the log that it synchronizes others ' +
      'from when it leads',
    precedent:
      'ZOOKEEPER-4925: a once stale follower led, and passed the hole in its log on (3.9.3)',
    // Two lag, one of them comes back and is elected, and has to send the other what it was sent itself.
    foundBy:
      'schism simulate zab --bug hole-in-log --faults kill:leader,kill:minority,partition --overlap ' +
      '--fault-interval 500ms --set tickMs=10 --time 10s',
  },
  'epoch-before-log': {
    description: "A follower writes down the new leader's epoch before it has the leader's history",
    precedent:
      'ZOOKEEPER-4643: a crash in between makes a server with less the better candidate, and committed ' +
      'transactions are truncated',
    // Slow links keep the moment long that a leader has to fall in, while the third server is away.
    foundBy:
      'schism simulate zab --bug epoch-before-log --nodes 3 --faults slow,kill --overlap ' +
      '--fault-interval 600ms --time 10s',
  },
  'early-ack': {
    description: 'A follower acknowledges what it has received, without waiting for its disk',
    precedent:
      'ZOOKEEPER-3911 and ZOOKEEPER-4646: NEWLEADER was acknowledged before its transactions were on disk',
    foundBy: simulated('early-ack'),
  },
  'old-image': {
    description: 'A server serves clients that have already seen a later state elsewhere',
    precedent:
      "the single system image of ZooKeeper's guarantees; clients that lose their last zxid, as " +
      'rust-zookeeper did (issue 50), are served the past',
    // A follower that is cut off goes on serving until its patience ends.
    foundBy:
      'schism test zab --bug old-image --nodes 3 --workload sessions --faults partition ' +
      '--fault-interval 1s --time 10s',
  },
} as const satisfies Record<string, SeededBug>;

export type ZabBug = keyof typeof ZAB_BUGS;
