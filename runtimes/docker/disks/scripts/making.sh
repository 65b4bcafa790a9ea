#!/usr/bin/env bash
# Disks of nodes' own, each a file system in a file.

# order_delay FILE MILLISECONDS
# How late syncs of the disk in FILE are answered from now on; 0: as fast as it is.
order_delay() {
  echo "$2" > "$1.delay.new"
  mv "$1.delay.new" "$1.delay"
}

# serve_slowly FILE
# FILE is seen as FILE.slow, where its syncs can be slowed down for as long as this container lives.
serve_slowly() {
  : > "$1.slow"
  order_delay "$1" 0
  echo 0 > "$1.held"
  exec 7<>/dev/fuse
  mount -i -t fuse.schism -o fd=7,rootmode=100600,user_id=0,group_id=0 "$1" "$1.slow"
  perl -e "$slow_server_pl" "$1" "$1.delay" "$1.held" <&7 7>&- >/dev/null 2>&1 &
  exec 7>&-
}

# make_disk FILE BYTES fast|slow
# Prints the loop device. FILE is sparse. The kernel lets go of the device as soon as nobody has it open or mounted any
# more, and the process that has it open ends with its container, however that ends.
make_disk() (
  set -e
  file=$1 bytes=$2 speed=$3
  truncate -s "$bytes" "$file"
  backing=$file
  if [ "$speed" = slow ]; then
    serve_slowly "$file"
    backing=$file.slow
  fi
  device=$(losetup -f --show "$backing")
  exec 8<"$device"
  sleep infinity <&8 >/dev/null 2>&1 &
  losetup -d "$device"
  exec 8<&-
  mkfs.ext4 -q -E lazy_itable_init=1,nodiscard "$device"
  mkdir -p "$file.mount"
  mount "$device" "$file.mount"
  rmdir "$file.mount/lost+found"
  chmod 777 "$file.mount"
  umount "$file.mount"
  echo "$device"
)

# await_unmounted DEVICE
# Until the host has it mounted nowhere any more.
await_unmounted() {
  for _ in $(seq 500); do
    grep -q " $1 " /proc/1/mountinfo || break
    sleep 0.01
  done
}

# sync_disk PID DATA
# What the node of the process PID has in DATA reaches its disk.
sync_disk() {
  sync -f "/proc/$1/root$2"
}
