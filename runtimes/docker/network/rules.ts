import { CLIENTS } from '../../../harness/contracts/cluster.js';

/** Where the side way of a node's status comes in; nothing else uses it. */
export const SIDE_PORT = 19_998;
/** Destinations of probes: each probe has one for itself, so that a late datagram is not taken for another. */
export const PROBE_PORTS = { first: 20_000, count: 10_000 } as const;
/** Set on connections of the side way; no fault applies to them. */
const SIDE_MARK = '0x5c415ed';
/** Set on packets that were doubled, and so on their copies. */
const COPY_MARK = '0x5c415ee';

/**
 * What a link's rule does to what passes: `cut` drops all, `lossPercent` a share at random, and
 * `duplicatePercent` is the share that is sent twice, from a node to a node.
 */
export interface LinkRule {
  cut: boolean;
  lossPercent: number;
  duplicatePercent: number;
}

/** What one node's rules are made of. Links are seen from the node; peers by name. */
export interface NodeRules {
  clientPort: number;
  /** Every node's address, by name: whoever has another one is a client. */
  addresses: ReadonlyMap<string, string>;
  incoming: ReadonlyMap<string, LinkRule>;
  /** To peers: only what is doubled is the sender's doing. */
  outgoing: ReadonlyMap<string, LinkRule>;
  /** To clients. Towards a peer it is the peer that drops, so that one direction is one rule. */
  toClients: LinkRule | undefined;
  fromClients: LinkRule | undefined;
}

/** The counters of what was dropped: attempts to connect that a cut held back (TCP's SYN), and all else. */
export function cutCounters(direction: 'from' | 'to', whom: string): { syn: string; rest: string } {
  return { syn: `cut_syn_${direction}_${whom}`, rest: `cut_${direction}_${whom}` };
}

/** The counter of the copies that were sent to a peer, in the table `ip schism`. */
export function copyCounter(peer: string): string {
  return `copies_to_${peer}`;
}

/**
 * The input of `nft -f -` that makes these the rules of a node's network namespace, in one transaction. They lie
 * in a table of their own: Docker's, for names, is left alone. Counters outlive a new set of rules.
 *
 * What the node has received passes `input`; what arrived there as a probe is noted in the set `seen`, after
 * every rule that might have dropped it. Probes to clients are noted in `left` when they leave.
 */
export function renderRules(rules: NodeRules): string {
  const probes = `${PROBE_PORTS.first}-${PROBE_PORTS.first + PROBE_PORTS.count - 1}`;
  const set = '{ type inet_service; flags dynamic,timeout; timeout 15s; size 65535; }';
  const peers = [...rules.incoming.keys()];
  const fromClients = cutCounters('from', CLIENTS);
  const toClients = cutCounters('to', CLIENTS);
  const fromPeers = peers.map((peer) => cutCounters('from', peer));
  return [
    'add table inet schism',
    `add set inet schism members { type ipv4_addr; }`,
    `add element inet schism members { ${[...rules.addresses.values()].join(', ')} }`,
    `add set inet schism seen ${set}`,
    `add set inet schism left ${set}`,
    ...[...fromPeers, fromClients, toClients].flatMap(({ syn, rest }) => [
      `add counter inet schism ${syn}`,
      `add counter inet schism ${rest}`,
    ]),
    ...copies(rules),
    ...chain('side', 'type nat hook prerouting priority dstnat', [
      `tcp dport ${SIDE_PORT} ct mark set ${SIDE_MARK} redirect to :${rules.clientPort}`,
    ]),
    ...chain('input', 'type filter hook input priority filter', [
      'iif lo accept',
      `ct mark ${SIDE_MARK} accept`,
      ...peers.flatMap((from, index) =>
        drops(`ip saddr ${rules.addresses.get(from)}`, rules.incoming.get(from), fromPeers[index]),
      ),
      ...drops('ip saddr != @members', rules.fromClients, fromClients),
      `udp dport ${probes} add @seen { udp dport } drop`,
    ]),
    ...chain('output', 'type filter hook output priority filter', [
      'oif lo accept',
      `ct mark ${SIDE_MARK} accept`,
      ...drops('ip daddr != @members', rules.toClients, toClients),
      `ip daddr != @members udp dport ${probes} add @left { udp dport }`,
    ]),
    '',
  ].join('\n');
}

function chain(name: string, hook: string, rules: readonly string[], family = 'inet'): string[] {
  return [
    `add chain ${family} schism ${name} { ${hook}; policy accept; }`,
    `flush chain ${family} schism ${name}`,
    ...rules.map((rule) => `add rule ${family} schism ${name} ${rule}`),
  ];
}

/**
 * Copies leave beside their originals; only tables of the family `ip` can make them. A copy comes by here too:
 * the mark, which it has from its original, keeps it from being counted.
 */
function copies({ outgoing, addresses }: NodeRules): string[] {
  const doubled = [...outgoing].filter(([, { duplicatePercent }]) => duplicatePercent > 0);
  const rules = doubled.map(([peer, { duplicatePercent }]) => {
    const address = addresses.get(peer);
    const count = `counter name ${copyCounter(peer)} meta mark set ${COPY_MARK}`;
    return `ip daddr ${address} ${atRandom(duplicatePercent)}${count} dup to ${address} device "eth0"`;
  });
  return [
    'add table ip schism',
    ...[...outgoing.keys()].map((peer) => `add counter ip schism ${copyCounter(peer)}`),
    ...chain(
      'copies',
      'type filter hook output priority filter',
      [`meta mark ${COPY_MARK} accept`, ...rules],
      'ip',
    ),
  ];
}

/** True for this share of packets. Thousandths, so that a share below one per cent can be asked for. */
function atRandom(percent: number): string {
  const share = Math.round(percent * 10);
  // nft takes no bound that is always met.
  return share >= 1000 ? '' : `numgen random mod 1000 < ${share} `;
}

function drops(
  match: string,
  rule: LinkRule | undefined,
  counters: { syn: string; rest: string },
): string[] {
  if (rule?.cut) {
    return [
      `${match} tcp flags & (syn | ack) == syn counter name ${counters.syn} drop`,
      `${match} counter name ${counters.rest} drop`,
    ];
  }
  if (!rule || rule.lossPercent === 0) return [];
  return [`${match} ${atRandom(rule.lossPercent)}counter name ${counters.rest} drop`];
}
