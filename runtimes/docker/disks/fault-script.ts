import type { DiskFault, DiskProbe } from '../../../harness/contracts/cluster.js';
import { damageScript, undoScript } from './damage-script.js';
import { makeDisk, MOUNT_OPTIONS, shutDown } from './power-script.js';
import { orderDelay } from './slow-script.js';

/** What is done to a file system that is in use. A slow disk is one below it. */
export type BreakableKind = Exclude<DiskFault['kind'], 'slow'>;

/** As Linux numbers them, on every architecture. */
const CODES: Readonly<Record<number, string>> = { 5: 'EIO', 28: 'ENOSPC', 30: 'EROFS' };

const FILLING = '.schism-filling';
const PROBE = '.schism-probe';

/**
 * What breaks the file system that is mounted at `$at`, at once and whoever has files open there:
 * room is allocated until there is none; ext4's `abort` does what an error of the file system does; and after
 * EXT4_IOC_SHUTDOWN, here with a flush before it, everything fails.
 */
const BREAKING: Readonly<Record<BreakableKind, string>> = {
  full: `touch $at/${FILLING}; step=$(stat -f -c '%f * %S' $at); step=$((step))
while [ $step -ge 512 ]; do
  fallocate -o $(stat -c %s $at/${FILLING}) -l $step $at/${FILLING} 2>/dev/null || step=$((step / 2))
done`,
  'read-only': 'sync -f $at; mount -o remount,abort $at',
  errors: shutDown('$at', 0),
};

/** A second mount of the node's file system, which stays until it is mended: its node may end meanwhile. */
export function breakScript(kind: BreakableKind, device: string, file: string): string {
  return `set -e; at=${file}.mount; mount -o ${MOUNT_OPTIONS} ${device} $at\n${BREAKING[kind]}`;
}

/** A full disk has room again at once; from the others the node must be gone, for only a new mount works again. */
export function mendScript(kind: BreakableKind, file: string): string {
  const remove = kind === 'full' ? `rm $at/${FILLING}; sync -f $at; ` : '';
  return `set -e; at=${file}.mount; ${remove}umount $at`;
}

/**
 * Writes and syncs a block: prints the number of the error, 0 for none, the nanoseconds that it took, and how many
 * syncs were slowed down so far, where that can be done.
 */
export function probeScript(device: string, file: string): string {
  return `at=${file}.mount
mountpoint -q $at || { mount -o ${MOUNT_OPTIONS} ${device} $at || exit 1; trap 'umount $at' EXIT; }
start=$(date +%s%N)
perl -MIO::Handle -e 'open my $f, ">", $ARGV[0] or exit $!+0; syswrite $f, "x" x 4096 or exit $!+0; $f->sync or exit $!+0' $at/${PROBE} 2>/dev/null
code=$?
echo $code $(($(date +%s%N) - start)) $(cat ${file}.held 2>/dev/null)
rm -f $at/${PROBE} 2>/dev/null; true`;
}

/** Reads what `probeScript` has printed. */
export function readProbe(output: string): DiskProbe {
  const [code, nanoseconds, slowedSyncs] = output.trim().split(' ').map(Number);
  const refusal = code === 0 ? undefined : (CODES[code] ?? `error ${code}`);
  return { refusal, tookMs: nanoseconds / 1e6, slowedSyncs };
}

/** A bit of a file is flipped, and the file is as it was again. */
const damageTrial = `mount -o ${MOUNT_OPTIONS} $device /tmp/broken.mount
echo as written > /tmp/broken.mount/log; umount /tmp/broken.mount
(${damageScript('$device', '/tmp/broken', 'log', { kind: 'flip-bit', draw: 0.5 })}) >/dev/null || exit 1
(${undoScript('$device', '/tmp/broken')}) >/dev/null || exit 1`;

/** Syncs that are slowed down take their time and are counted, and then they are not. */
export const slowTrial = `cd /tmp; device=$(${makeDisk('/tmp/slow', 2 ** 25, true)}
) || { echo "$device"; exit 1; }
probe() {
  read -r code took held < <(${probeScript('$device', '/tmp/slow')})
  [ "$code" = 0 ] || { echo "it answers $code"; exit 1; }
}
${orderDelay('/tmp/slow', 50)}; probe; during=$held
[ $held -gt 0 ] && [ $took -ge 50000000 ] || { echo "$held syncs were slowed down, the last took $took ns"; exit 1; }
${orderDelay('/tmp/slow', 0)}; probe
[ $held = $during ] || { echo 'syncs are still slowed down'; exit 1; }`;

/** Broken in each way and mended, on a disk of its own. */
export const faultTrial = `cd /tmp; device=$(${makeDisk('/tmp/broken', 2 ** 25)}
) || { echo "$device"; exit 1; }
trap 'umount /tmp/broken.mount 2>/dev/null' EXIT
probe() {
  code=$(${probeScript('$device', '/tmp/broken')})
  [ "\${code%% *}" = $1 ] || { echo "a disk that is $2 answers $code"; exit 1; }
}
probe 0 new
${Object.entries({ full: 28, 'read-only': 30, errors: 5 } satisfies Record<BreakableKind, number>)
  .map(([name, code]) => {
    const kind = name as BreakableKind;
    return `(${breakScript(kind, '$device', '/tmp/broken')}) || exit 1
probe ${code} ${kind}
(${mendScript(kind, '/tmp/broken')}) || exit 1
probe 0 mended`;
  })
  .join('\n')}
${damageTrial}`;
