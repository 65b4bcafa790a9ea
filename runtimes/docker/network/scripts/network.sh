#!/usr/bin/env bash
# What is done in nodes' network namespaces; PID is a process in the namespace.

# inside PID COMMAND...
# The command in that network namespace, in the host's where PID is empty.
inside() {
  if [ -n "$1" ]; then nsenter -t "$1" -n "${@:2}"; else "${@:2}"; fi
}

# load_rules PID RULES
# The input of `nft -f -`, in one transaction.
load_rules() {
  inside "$1" nft -f - <<<"$2"
}

# reset_counter PID NAME
reset_counter() {
  inside "$1" nft reset counter inet schism "$2" >/dev/null
}

# print_counter PID NAME
print_counter() {
  inside "$1" nft list counter inet schism "$2" | grep packets
}

# clear_shapes PID DEVICE INGRESS_DEVICE
# Takes every shape away; where there is none, nothing happens.
clear_shapes() {
  inside "$1" tc qdisc del dev "$2" root 2>/dev/null || true
  inside "$1" tc qdisc del dev "$2" ingress 2>/dev/null || true
  inside "$1" ip link del "$3" 2>/dev/null || true
}

# make_ingress PID INGRESS_DEVICE
# The device that arriving packets take a turn over, so that they can be queued: to be made before the batch.
make_ingress() {
  inside "$1" ip link add "$2" type ifb && inside "$1" ip link set "$2" up
}

# load_shapes PID BATCH
# The input of `tc -batch -`.
load_shapes() {
  inside "$1" tc -batch - <<<"$2"
}

# print_shapes PID DEVICE
# Each queueing discipline and what it has done; no more than that, because the helper's answers are short.
print_shapes() {
  echo "device $2"
  inside "$1" tc -s qdisc show dev "$2" 2>/dev/null | grep -oE '^qdisc [^ ]+ [^ ]+|\(dropped.*'
  # Nothing found is an answer, not a failure.
  true
}

# print_copies PID COUNTER
# Of a link on which packets are doubled now.
print_copies() {
  inside "$1" nft list chain ip schism copies | grep -qw "$2" &&
    inside "$1" nft list counter ip schism "$2" | grep -E 'counter|packets'
  true
}

# end_connections PID FILTER
# Prints how many; FILTER as ss(8) has it.
end_connections() {
  inside "$1" ss -KHtn state connected "$2" | wc -l
}

# send_marks PID ADDRESS/PORT...
# A datagram to each.
send_marks() {
  inside "$1" bash -c 'for mark; do echo >"/dev/udp/$mark"; done' marks "${@:2}" 2>/dev/null
}

# print_seen PID SET PORTS
# Those of the ports (as grep's alternatives) that were noted in the set.
print_seen() {
  inside "$1" nft list set inet schism "$2" | grep -owE "$3"
  true
}
