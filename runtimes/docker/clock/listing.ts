import { arm64Listing } from './arm64.js';
import { x86Listing } from './x86-64.js';

/** The routines that take the place of a vDSO's, as they lie in memory before their data. */
export interface ClockCode {
  bytes: Buffer;
  /** Offsets by name of those that other functions must jump to; `clock_gettime` is at 0. */
  labels: Readonly<Record<string, number>>;
  /** How this architecture's vDSO calls its functions: `__vdso_` or `__kernel_`. */
  prefix: string;
}

/** What other functions of a vDSO jump to, and pthread_cond_timedwait of a C library. */
const ENTRIES = ['gettimeofday', 'time', 'timedwait'];
const ALIGNMENT = 8;
/** Bytes in hexadecimal, or none; then an instruction or a label. */
const LINE = /^((?:[0-9a-f]{2})*) +(\S.*?)(?: +;.*)?$/;

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

/** By the name that the kernel has for the machine (`uname -m`). */
export const CLOCK_CODE: Readonly<Record<string, ClockCode>> = {
  x86_64: { ...parseListing(x86Listing), prefix: '__vdso_' },
  aarch64: { ...parseListing(arm64Listing), prefix: '__kernel_' },
};
