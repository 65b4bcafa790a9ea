#!/usr/bin/env bash
# Damage to the log of a node that is down.

# damage_log DEVICE FILE PATTERN flip-bit|truncate-tail DRAW
# PATTERN says which files are the log, from the root of the disk. Prints what damage.pl prints.
damage_log() (
  set -e
  device=$1 at=$2.mount kept=$2.undamaged pattern=$3 kind=$4 draw=$5
  await_unmounted "$device"
  mount -o "$mount_options" "$device" "$at"
  trap 'cd /; umount "$at"' EXIT
  cd "$at"
  rm -rf "$kept"
  mkdir "$kept"
  # Unquoted, to be expanded.
  perl -e "$damage_pl" "$kind" "$draw" "$kept" $pattern
)

# undo_damage DEVICE FILE
# Prints which file is as it was, and its length.
undo_damage() (
  set -e
  device=$1 at=$2.mount kept=$2.undamaged
  await_unmounted "$device"
  mount -o "$mount_options" "$device" "$at"
  trap 'cd /; umount "$at"' EXIT
  cd "$kept"
  find . -type f -printf '%P\t%s\n'
  cd "$at"
  cp -r -p --sparse=always "$kept/." .
  rm -rf "$kept"
)
