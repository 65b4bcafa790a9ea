import { describe, expect, test } from 'vitest';
import { addTraffic, parseCounters, trafficOf } from './counters.js';
import { placeToClients, placeToMember } from './shaping.js';

/** From `tc -s qdisc show dev eth0` (iproute2 6.15): a tbf that had to drop most of what came. */
const NARROW = `device eth0
qdisc htb 1: root refcnt 3 r2q 10 default 0x1 direct_packets_stat 0 direct_qlen 1000
 Sent 4258 bytes 5 pkt (dropped 86, overlimits 0 requeues 0) 
 backlog 10420b 10p requeues 0
qdisc tbf 103: parent 1:3 rate 256Kbit burst 4Kb lat 250ms 
 Sent 4168 bytes 4 pkt (dropped 86, overlimits 99 requeues 0) 
 backlog 10420b 10p requeues 0
`;

/** The same of a kernel with netem, put together in its format: one with a limit inside, and another. */
const REORDERED = `device eth0
qdisc htb 1: root refcnt 13 r2q 10 default 0x1 direct_packets_stat 0 direct_qlen 1000
 Sent 581102 bytes 4711 pkt (dropped 0, overlimits 812 requeues 0)
 backlog 1420b 2p requeues 0
qdisc netem 103: parent 1:3 limit 10000 delay 20ms reorder 30% gap 1 seed 11386401599413554931
 Sent 301102 bytes 2311 pkt (dropped 5, overlimits 0 requeues 694)
 backlog 1420b 2p requeues 0
qdisc tbf 203: parent 103:1 rate 1Mbit burst 4Kb lat 250ms
 Sent 301102 bytes 2311 pkt (dropped 5, overlimits 17 requeues 0)
 backlog 0b 0p requeues 0
qdisc netem 104: parent 1:4 limit 10000 delay 20ms reorder 30% gap 1 seed 12787007573496287065
 Sent 280000 bytes 2400 pkt (dropped 0, overlimits 0 requeues 6)
 backlog 0b 0p requeues 0
`;

/** From `nft list counter`: the copies sent to a node. */
const DOUBLED = `device eth0
\tcounter copies_to_n2 {
\t\tpackets 50 bytes 1700
`;

const NOTHING = { links: 0, waits: 0, dropped: 0, reordered: 0, duplicated: 0 };

describe('the kernel’s counters', () => {
  test('tell how often a limit held something up, and what it dropped', () => {
    const counters = parseCounters(NARROW);
    expect(trafficOf(counters, placeToMember(1), 'n2')).toEqual({
      ...NOTHING,
      links: 1,
      waits: 99,
      dropped: 86,
    });
    expect(trafficOf(counters, placeToMember(2), 'n3')).toEqual(NOTHING);
    expect(trafficOf(counters, placeToClients, 'clients')).toEqual(NOTHING);
  });

  test('tell what overtook: netem counts it as put back to the front', () => {
    const counters = parseCounters(REORDERED);
    const [one, two] = [1, 2].map((index) => trafficOf(counters, placeToMember(index), 'nobody'));
    // What the limit within dropped is counted by both, and told once.
    expect(one).toEqual({ ...NOTHING, links: 1, waits: 17, dropped: 5, reordered: 694 });
    expect(addTraffic([one, two])).toEqual({ ...one, links: 2, reordered: 700 });
  });

  test('tell what was sent twice', () => {
    const counters = parseCounters(DOUBLED);
    expect(trafficOf(counters, placeToMember(1), 'n2')).toEqual({
      ...NOTHING,
      links: 1,
      duplicated: 50,
    });
    expect(trafficOf(counters, placeToMember(2), 'n3')).toEqual(NOTHING);
  });

  test('of a device without shapes are none', () => {
    const plain = 'device eth0\nqdisc noqueue 0: root refcnt 2\n';
    expect(trafficOf(parseCounters(plain), placeToMember(1), 'n2')).toEqual(NOTHING);
    expect(addTraffic([])).toEqual(NOTHING);
  });
});
