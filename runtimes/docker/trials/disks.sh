#!/usr/bin/env bash
# What faults of disks need of the kernel, tried on disks of the trial's own, with the functions that the faults use.

# Written and synced, written and not synced, power cut: the one is there, the other is not.
try_power() (
  set -e
  cd /tmp
  truncate -s 64M disk
  device=$(losetup -f --show /tmp/disk)
  mkdir -p at
  trap 'umount at 2>/dev/null; losetup -d "$device"' EXIT
  mkfs.ext4 -q -E nodiscard "$device"
  mount -o "$mount_options" "$device" at
  echo synced > at/synced
  sync at/synced
  sync -f at
  echo lost > at/lost
  shut_down at 2
  umount at
  mount "$device" at
  [ -s at/synced ] || { echo 'what was synced is gone'; exit 1; }
  [ ! -s at/lost ] || { echo 'what was not synced is there'; exit 1; }
)

# Broken in each way and mended, on a disk of its own; then a bit of a file is flipped, and the file is as it was again.
try_faults() (
  cd /tmp
  device=$(make_disk /tmp/broken 33554432 fast) || { echo "$device"; exit 1; }
  trap 'umount /tmp/broken.mount 2>/dev/null' EXIT
  expect_answer() {
    code=$(probe_disk "$device" /tmp/broken)
    [ "${code%% *}" = "$1" ] || { echo "a disk that is $2 answers $code"; exit 1; }
  }
  expect_answer 0 new
  # As Linux numbers what each of them answers: ENOSPC, EROFS, EIO.
  for each in full:28 read-only:30 errors:5; do
    kind=${each%:*}
    break_disk "$kind" "$device" /tmp/broken || exit 1
    expect_answer "${each#*:}" "$kind"
    mend_disk "$kind" /tmp/broken || exit 1
    expect_answer 0 mended
  done
  mount -o "$mount_options" "$device" /tmp/broken.mount
  echo as written > /tmp/broken.mount/log
  umount /tmp/broken.mount
  damage_log "$device" /tmp/broken log flip-bit 0.5 >/dev/null || exit 1
  undo_damage "$device" /tmp/broken >/dev/null || exit 1
)

# Syncs that are slowed down take their time and are counted, and then they are not.
try_slow() (
  cd /tmp
  device=$(make_disk /tmp/slow 33554432 slow) || { echo "$device"; exit 1; }
  probe() {
    read -r code took held < <(probe_disk "$device" /tmp/slow)
    [ "$code" = 0 ] || { echo "it answers $code"; exit 1; }
  }
  order_delay /tmp/slow 50
  probe
  during=$held
  [ "$held" -gt 0 ] && [ "$took" -ge 50000000 ] || {
    echo "$held syncs were slowed down, the last took $took ns"
    exit 1
  }
  order_delay /tmp/slow 0
  probe
  [ "$held" = "$during" ] || { echo 'syncs are still slowed down'; exit 1; }
)
