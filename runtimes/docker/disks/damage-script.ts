import type { DiskDamage } from '../../../harness/contracts/cluster.js';
import { awaitUnmounted, MOUNT_OPTIONS } from './power-script.js';

/** What a pattern of files may be made of: it is expanded by a shell. */
const PATTERN = /^[\w*?./-]+$/;

/**
 * Damages the one of its arguments that was written last, behind nothing but the zeros that are allocated in advance,
 * and keeps a copy. Prints its name, its length, what of it was written, the offset, and the byte there before and now.
 */
const DAMAGE = `use strict;
my ($kind, $draw, $kept, @names) = @ARGV;
for my $name (sort { (stat $b)[9] <=> (stat $a)[9] or $b cmp $a } grep { -f } @names) {
  open my $file, "+<:raw", $name or die "$name: $!\\n";
  my ($size, $written) = ((-s $file) x 2);
  while ($written > 0) {
    my $from = $written > 65536 ? $written - 65536 : 0;
    sysseek $file, $from, 0;
    sysread $file, my $block, $written - $from;
    $written = $from;
    next unless $block =~ tr/\\0//c;
    chop $block while substr($block, -1) eq "\\0";
    $written += length $block;
    last;
  }
  next if $written == 0;
  system("cp", "-p", "--sparse=always", "--parents", "--", $name, $kept) == 0 or exit 1;
  my $offset = int($draw * $written);
  sysseek $file, $offset, 0;
  sysread $file, my $before, 1;
  my $after = "-";
  if ($kind eq "flip-bit") {
    $after = ord($before) ^ (1 << int($draw * 8 * $written) % 8);
    sysseek $file, $offset, 0;
    syswrite $file, chr $after or die "$name: $!\\n";
  } else { truncate $file, $offset or die "$name: $!\\n" }
  print join("\\t", $name, $size, $written, $offset, ord $before, $after), "\\n";
  exit;
}
die "nothing is written in its log yet\\n";`;

/** On the disk of a node that is down. */
function onDisk(device: string, file: string, script: string): string {
  return `set -e; at=${file}.mount; kept=${file}.undamaged
${awaitUnmounted(device)}
mount -o ${MOUNT_OPTIONS} ${device} $at; trap 'cd /; umount $at' EXIT; cd $at
${script}`;
}

/** `pattern` says which files are the log, from the root of the disk. Throws where a shell would see more in it. */
export function damageScript(
  device: string,
  file: string,
  pattern: string,
  { kind, draw }: DiskDamage,
): string {
  if (!PATTERN.test(pattern)) throw new RangeError(`"${pattern}" is no pattern of file names`);
  const script = `rm -rf $kept; mkdir $kept
perl -e '${DAMAGE}' ${kind} ${draw} $kept ${pattern}`;
  return onDisk(device, file, script);
}

/** Prints which file is as it was, and its length. */
export function undoScript(device: string, file: string): string {
  const script = `cd $kept; find . -type f -printf '%P\\t%s\\n'; cd $at
cp -r -p --sparse=always $kept/. .; rm -rf $kept`;
  return onDisk(device, file, script);
}

/** A sentence of what `damageScript` has printed. */
export function readDamage(output: string): string {
  const [name, ...numbers] = output.trimEnd().split('\t');
  const [size, written, offset, before] = numbers.map(Number);
  const after = numbers[4];
  const length = size === written ? `${size}` : `${size} (${written} written)`;
  if (after === '-')
    return `${name}: cut from ${length} to ${offset} bytes, the first one gone was ${before}`;
  const bit = Math.log2(before ^ Number(after));
  return `${name}: bit ${bit} of byte ${offset} of ${length} was flipped (${before} to ${after})`;
}

/** A sentence of what `undoScript` has printed. */
export function readUndo(output: string): string {
  const [name, size] = output.trimEnd().split('\t');
  return `${name}: its ${size} bytes are as they were`;
}
