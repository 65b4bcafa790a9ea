import { serveSlowly } from './slow-script.js';

/** Loop devices, their control and FUSE, among the host's devices: what the helper needs to make disks of files. */
export const diskPowers = {
  Binds: ['/dev:/dev'],
  // The files of a node's disk belong to the node's user.
  CapAdd: ['SYS_ADMIN', 'SYS_PTRACE', 'NET_ADMIN', 'KILL', 'DAC_READ_SEARCH', 'DAC_OVERRIDE'],
  DeviceCgroupRules: ['b 7:* rwm', 'c 10:237 rwm', 'c 10:229 rwm'],
};

/**
 * ext4's EXT4_IOC_SHUTDOWN (XFS has the same, as XFS_IOC_GOINGDOWN): from then on nothing reaches the disk. With
 * 2, without a flush of its journal, what had not reached it is dropped when it is unmounted; 0 flushes all before.
 */
export const shutDown = (path: string, flags = 2): string =>
  `perl -e 'sysopen my $d, $ARGV[0], 0 or die "open $ARGV[0]: $!\\n"; my $f = pack "L", ${flags}; ioctl $d, 0x8004587d, $f or die "shut down $ARGV[0]: $!\\n"' ${path}`;

/** As little as possible reaches the disk by itself: a journal is committed when somebody syncs. */
export const MOUNT_OPTIONS = 'commit=300';

/**
 * A disk of its own for a node: prints the loop device. The file is sparse. The kernel lets go of the device as soon as
 * nobody has it open or mounted any more, and the process that has it open ends with its container, however that ends.
 */
export function makeDisk(file: string, bytes: number, canBeSlow = false): string {
  return `set -e
truncate -s ${bytes} ${file}
${canBeSlow ? serveSlowly(file) : ''}
device=$(losetup -f --show ${canBeSlow ? `${file}.slow` : file})
exec 8<$device
sleep infinity <&8 >/dev/null 2>&1 &
losetup -d $device; exec 8<&-
mkfs.ext4 -q -E lazy_itable_init=1,nodiscard $device
mkdir -p ${file}.mount
mount $device ${file}.mount
rmdir ${file}.mount/lost+found
chmod 777 ${file}.mount
umount ${file}.mount
echo $device`;
}

/** Every process in the pid namespace `$space` is sent the signal. */
const signalAll = (signal: string): string =>
  `for each in /proc/[0-9]*; do
  [ "$(readlink $each/ns/pid)" = "$space" ] && kill -${signal} "\${each#/proc/}"
done 2>/dev/null`;

/**
 * The end of a node's machine: its processes stand still, what they have written is noted, the disk goes away,
 * and then they do.
 */
export function cutScript(pid: number, data: string, file: string): string {
  return `space=$(readlink /proc/${pid}/ns/pid)
[ -n "$space" ] || { echo 'the node is gone'; exit 1; }
${signalAll('STOP')}
rm -rf ${file}.before
cp -r --sparse=always /proc/${pid}/root${data} ${file}.before
${shutDown(`/proc/${pid}/root${data}`)}; code=$?
${signalAll('KILL')}
exit $code`;
}

/** Until the host has it mounted nowhere any more. */
export function awaitUnmounted(device: string): string {
  return `for _ in $(seq 500); do grep -q " ${device} " /proc/1/mountinfo || break; sleep 0.01; done`;
}

/** Prints how many bytes and files of what was noted are not on the disk: "BYTES FILES". */
export function lossScript(device: string, file: string): string {
  return `set -e
${awaitUnmounted(device)}
mount -o ${MOUNT_OPTIONS} ${device} ${file}.mount
trap 'umount ${file}.mount; rm -rf ${file}.before' EXIT
bytes=0; files=0
while IFS= read -r -d '' name; do
  was=${file}.before/$name; is=${file}.mount/$name
  if [ ! -f "$is" ]; then lost=$(stat -c %s "$was"); gone=1
  else
    gone=0; lost=$( { cmp -l "$was" "$is" 2>/dev/null || true; } | wc -l)
    longer=$(( $(stat -c %s "$was") - $(stat -c %s "$is") ))
    [ $longer -gt 0 ] && lost=$((lost + longer))
    [ $longer -ne 0 ] && gone=1
  fi
  if [ $lost -gt 0 ] || [ $gone -gt 0 ]; then files=$((files + 1)); bytes=$((bytes + lost)); fi
done < <(cd ${file}.before && find . -type f -print0)
echo $bytes $files`;
}

/** Written and synced, written and not synced, power cut: the one is there, the other is not. */
export const powerTrial = `set -e
cd /tmp; truncate -s 64M disk; device=$(losetup -f --show /tmp/disk); mkdir -p at
trap 'umount at 2>/dev/null; losetup -d $device' EXIT
mkfs.ext4 -q -E nodiscard $device
mount -o ${MOUNT_OPTIONS} $device at
echo synced > at/synced; sync at/synced; sync -f at
echo lost > at/lost
${shutDown('at')}
umount at; mount $device at
[ -s at/synced ] || { echo 'what was synced is gone'; exit 1; }
[ ! -s at/lost ] || { echo 'what was not synced is there'; exit 1; }`;
