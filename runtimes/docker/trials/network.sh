#!/usr/bin/env bash
# What faults of links need of the kernel. Each trial runs in a network namespace of its own and ends with 0 where it
# works.

# try_rules RULES
# As the input of `nft -f -`.
try_rules() {
  nft -f - <<<"$1"
}

try_loss() {
  nft 'table inet t { chain c { type filter hook input priority 0; numgen random mod 1000 < 1 drop; }; }'
}

try_bandwidth() {
  tc qdisc add dev lo root handle 1: htb &&
    tc class add dev lo parent 1: classid 1:1 htb rate 1gbit &&
    tc qdisc add dev lo parent 1:1 tbf rate 1mbit burst 4kb latency 250ms &&
    tc filter add dev lo parent 1: protocol ip prio 1 u32 match u32 0 0 flowid 1:1 &&
    ip link add ifb0 type ifb
}

try_duplicate() {
  nft 'table ip t { chain c { type filter hook output priority 0; numgen random mod 1000 < 1 dup to 192.0.2.1 device "lo"; }; }'
}

try_netem() {
  tc qdisc add dev lo root netem delay 10ms reorder 10%
}

try_reset() {
  ip link set lo up && perl -e "$end_own_connection_pl"
}
