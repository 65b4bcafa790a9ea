#!/usr/bin/env bash
# File systems that break in use, at once and whoever has files open there.

# fill DIRECTORY
# Room is allocated until there is none.
fill() {
  touch "$1/.schism-filling"
  step=$(stat -f -c '%f * %S' "$1")
  step=$((step))
  while [ $step -ge 512 ]; do
    fallocate -o "$(stat -c %s "$1/.schism-filling")" -l $step "$1/.schism-filling" 2>/dev/null || step=$((step / 2))
  done
}

# break_disk full|read-only|errors DEVICE FILE
# A second mount of the node's file system stays until it is mended: its node may end meanwhile. ext4's `abort` does
# what an error of the file system does; after a shutdown, here with a flush before it, everything fails.
break_disk() (
  set -e
  kind=$1 device=$2 at=$3.mount
  mount -o "$mount_options" "$device" "$at"
  case $kind in
    full) fill "$at" ;;
    read-only)
      sync -f "$at"
      mount -o remount,abort "$at"
      ;;
    errors) shut_down "$at" 0 ;;
  esac
)

# mend_disk full|read-only|errors FILE
# A full disk has room again at once; from the others the node must be gone, for only a new mount works again.
mend_disk() (
  set -e
  kind=$1 at=$2.mount
  if [ "$kind" = full ]; then
    rm "$at/.schism-filling"
    sync -f "$at"
  fi
  umount "$at"
)

# probe_disk DEVICE FILE
# Writes and syncs a block: prints the number of the error, 0 for none, the nanoseconds that it took, and how many
# syncs were slowed down so far, where that can be done.
probe_disk() (
  device=$1 file=$2 at=$2.mount
  mountpoint -q "$at" || {
    mount -o "$mount_options" "$device" "$at" || exit 1
    trap 'umount "$at"' EXIT
  }
  start=$(date +%s%N)
  perl -e "$write_block_pl" "$at/.schism-probe" 2>/dev/null
  code=$?
  echo $code $(($(date +%s%N) - start)) $(cat "$file.held" 2>/dev/null)
  rm -f "$at/.schism-probe" 2>/dev/null
  true
)
