#!/usr/bin/env bash
# print_resources PID
# The figures of `Resources` in their order; PID is a process of the node. Both versions of cgroups.
print_resources() (
  cd "/proc/$1/root/sys/fs/cgroup"
  of() { while read -r name value; do [ "$name" = "$1" ] && echo "$value"; done < "$2"; }
  if [ -f memory.max ]; then
    echo "$(cat memory.current) $(of file memory.stat) $(cat memory.max) $(of max memory.events) $(of oom_kill memory.events)"
    echo "$(cat cpu.max) $(of nr_throttled cpu.stat) $(($(of throttled_usec cpu.stat) / 1000))"
  else
    echo "$(cat memory/memory.usage_in_bytes) $(of cache memory/memory.stat) $(cat memory/memory.limit_in_bytes) $(cat memory/memory.failcnt) $(of oom_kill memory/memory.oom_control)"
    echo "$(cat cpu/cpu.cfs_quota_us) $(cat cpu/cpu.cfs_period_us) $(of nr_throttled cpu/cpu.stat) $(($(of throttled_time cpu/cpu.stat) / 1000000))"
  fi
)
