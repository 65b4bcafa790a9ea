#!/usr/bin/env bash
# Power cuts: a node's disk is taken away from under it in an instant.

# shut_down PATH FLAGS
# The file system at PATH; FLAGS as in shut-down.pl.
shut_down() {
  perl -e "$shut_down_pl" "$1" "$2"
}

# signal_all SPACE SIGNAL
# Every process in the pid namespace SPACE.
signal_all() {
  for each in /proc/[0-9]*; do
    [ "$(readlink "$each/ns/pid")" = "$1" ] && kill "-$2" "${each#/proc/}"
  done 2>/dev/null
}

# cut_power PID DATA FILE
# The end of a node's machine: its processes (PID is one of them) stand still, what they have written to DATA is noted
# beside FILE, the disk goes away, and then they do.
cut_power() (
  pid=$1 data=$2 file=$3
  space=$(readlink "/proc/$pid/ns/pid")
  [ -n "$space" ] || { echo 'the node is gone'; exit 1; }
  signal_all "$space" STOP
  rm -rf "$file.before"
  cp -r --sparse=always "/proc/$pid/root$data" "$file.before"
  shut_down "/proc/$pid/root$data" 2
  code=$?
  signal_all "$space" KILL
  exit $code
)

# count_loss DEVICE FILE
# Prints how many bytes and files of what was noted are not on the disk: "BYTES FILES".
count_loss() (
  set -e
  device=$1 file=$2
  await_unmounted "$device"
  mount -o "$mount_options" "$device" "$file.mount"
  trap 'umount "$file.mount"; rm -rf "$file.before"' EXIT
  bytes=0 files=0
  while IFS= read -r -d '' name; do
    was=$file.before/$name is=$file.mount/$name
    if [ ! -f "$is" ]; then
      lost=$(stat -c %s "$was")
      gone=1
    else
      gone=0
      lost=$( { cmp -l "$was" "$is" 2>/dev/null || true; } | wc -l)
      longer=$(($(stat -c %s "$was") - $(stat -c %s "$is")))
      [ $longer -gt 0 ] && lost=$((lost + longer))
      [ $longer -ne 0 ] && gone=1
    fi
    if [ "$lost" -gt 0 ] || [ $gone -gt 0 ]; then
      files=$((files + 1))
      bytes=$((bytes + lost))
    fi
  done < <(cd "$file.before" && find . -type f -print0)
  echo $bytes $files
)
