import { readAsset } from '../../../harness/machine/asset.js';

/** The routines that take the place of a vDSO's, as they lie in memory before their data. */
export interface ClockCode {
  bytes: Buffer;
  /** Offsets by name of those that other functions must jump to; `clock_gettime` is at 0. */
  labels: Readonly<Record<string, number>>;
  /** How this architecture's vDSO calls its functions: `__vdso_` or `__kernel_`. */
  prefix: string;
}

/** By the name that the kernel has for the machine (`uname -m`). */
const ARCHITECTURES: Readonly<Record<string, { listing: string; prefix: string }>> = {
  x86_64: { listing: 'x86-64.lst', prefix: '__vdso_' },
  aarch64: { listing: 'arm64.lst', prefix: '__kernel_' },
};

/** What other functions of a vDSO jump to, and pthread_cond_timedwait of a C library. */
const ENTRIES = ['gettimeofday', 'time', 'timedwait'];
const ALIGNMENT = 8;
/** Bytes in hexadecimal, or none; then an instruction or a label. */
const LINE = /^((?:[0-9a-f]{2})*) +(\S.*?)(?: +;.*)?$/;

/** Undefined where there is none for this machine. */
export function clockCodeFor(architecture: string): ClockCode | undefined {
  if (!Object.hasOwn(ARCHITECTURES, architecture)) return undefined;
  const { listing, prefix } = ARCHITECTURES[architecture];
  return { ...parseListing(readListing(listing)), prefix };
}

export function readListing(name: string): string {
  return readAsset(`./routines/${name}`, import.meta.url);
}

/** The code of a listing, padded to eight bytes: its data comes right behind. */
function parseListing(listing: string): Omit<ClockCode, 'prefix'> {
  const labels: Record<string, number> = {};
  let hex = '';
  for (const [, bytes, text] of linesOf(listing)) {
    const label = text.slice(0, -1);
    if (text.endsWith(':') && ENTRIES.includes(label)) labels[label] = hex.length / 2;
    hex += bytes;
  }
  const length = Math.ceil(hex.length / 2 / ALIGNMENT) * ALIGNMENT;
  const bytes = Buffer.alloc(length);
  bytes.write(hex, 'hex');
  return { bytes, labels };
}

/** The right column, for an assembler. */
export function sourceOf(listing: string): string {
  return linesOf(listing)
    .map(([, , text]) => text)
    .join('\n');
}

function linesOf(listing: string): RegExpExecArray[] {
  return listing.split('\n').flatMap((line) => {
    if (line === '' || line.startsWith(';')) return [];
    const match = LINE.exec(line);
    if (match === null) throw new Error(`not a line of a listing: ${line}`);
    return [match];
  });
}
