import { UsageError } from '../definitions/usage-error.js';

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const SIZE_UNITS: Readonly<Record<string, number>> = {
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
};

/** Milliseconds from `500ms`, `30s`, `2m`, `1h`; a bare number counts seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  if (match === null) {
    throw new UsageError(`"${text}" is not a duration; write 500ms, 30s, 2m or 1h`);
  }
  return Number(match[1]) * DURATION_UNITS[match[2] ?? 's'];
}

/** Bytes from `512m`, `2g`, `2gb`; a bare number counts bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kmg])?i?b?$/i.exec(text.trim());
  if (match === null) {
    throw new UsageError(`"${text}" is not a size; write 512m or 2g`);
  }
  return Math.floor(Number(match[1]) * (SIZE_UNITS[match[2]?.toLowerCase() ?? ''] ?? 1));
}

/** A whole number of at least `least`. */
export function parseCount(least: number, what: string): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(count) || count < least) {
      throw new UsageError(`"${text}" is not ${what}: a whole number of at least ${least}`);
    }
    return count;
  };
}

/** A number above 0, such as 0.5. */
export function parseShare(text: string): number {
  const share = Number(text);
  if (!(share > 0) || !Number.isFinite(share)) {
    throw new UsageError(`"${text}" is not a number above 0`);
  }
  return share;
}

/** The name of a container image; the engine's answer to anything else is no help. */
export function parseImage(text: string): string {
  if (!/^\w[\w.:@/+-]*$/.test(text)) {
    throw new UsageError(
      `"${text}" is not the name of an image; write quay.io/coreos/etcd:v3.5.16`,
    );
  }
  return text;
}

/** One `name=value`. */
export function parsePair(text: string): Record<string, string> {
  const equals = text.indexOf('=');
  if (equals <= 0) throw new UsageError(`"${text}" is not of the form name=value`);
  return { [text.slice(0, equals)]: text.slice(equals + 1) };
}

/** Names from `a,b`; an empty one is none. */
export function parseNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  return names.filter((name) => name !== '');
}
