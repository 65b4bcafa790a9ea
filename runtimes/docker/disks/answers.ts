import type { DiskProbe, PowerLoss } from '../../../harness/contracts/cluster.js';

/** As Linux numbers them, on every architecture. */
const CODES: Readonly<Record<number, string>> = { 5: 'EIO', 28: 'ENOSPC', 30: 'EROFS' };

/** Reads what `probe_disk` has printed. */
export function readProbe(output: string): DiskProbe {
  const [code, nanoseconds, slowedSyncs] = output.trim().split(' ').map(Number);
  const refusal = code === 0 ? undefined : (CODES[code] ?? `error ${code}`);
  return { refusal, tookMs: nanoseconds / 1e6, slowedSyncs };
}

/** Reads what `count_loss` has printed. */
export function readLoss(output: string): PowerLoss {
  const [lostBytes, lostFiles] = output.trim().split(' ').map(Number);
  return { lostBytes, lostFiles };
}

/** A sentence of what `damage_log` has printed. */
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

/** A sentence of what `undo_damage` has printed. */
export function readUndo(output: string): string {
  const [name, size] = output.trimEnd().split('\t');
  return `${name}: its ${size} bytes are as they were`;
}
