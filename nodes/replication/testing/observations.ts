import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';

/** What a client saw of one key: the write or read had effect between the two times. */
export interface Observation {
  isWrite: boolean;
  version: number;
  value: string | null;
  beganMs: number;
  endedMs: number;
}

/**
 * What clients saw of keys whose versions count their writes, from 1 on, and are 0 while there is no value. No
 * value is written twice.
 */
export class Observations {
  private readonly keys = new Map<string, Observation[]>();
  private readonly refused = new Set<string>();

  add(key: string, observation: Observation): void {
    const observations = this.keys.get(key);
    if (observations) observations.push(observation);
    else this.keys.set(key, [observation]);
  }

  /** A write of this value was certainly refused. */
  refuse(value: string): void {
    this.refused.add(value);
  }

  /** Throws a `BrokenInvariant`. */
  check(): void {
    for (const [key, observations] of this.keys) {
      this.checkOnce(key, observations);
      checkOrder(key, observations);
    }
  }

  /** No value has two versions, and none appears that was certainly refused. */
  private checkOnce(key: string, observations: readonly Observation[]): void {
    const versionOf = new Map<string, number>();
    for (const { value, version } of observations) {
      if (value === null) continue;
      const other = versionOf.get(value) ?? version;
      if (other !== version) {
        throw new BrokenInvariant(
          'exactly once',
          `${value} is version ${other} and ${version} of ${key}`,
        );
      }
      if (this.refused.has(value)) {
        throw new BrokenInvariant('exactly once', `${value} of ${key} was refused and appeared`);
      }
      versionOf.set(value, version);
    }
  }
}

/**
 * Without deletes the versions of a key order its writes. The history of the key is linearizable exactly
 * if each version has one value, each write its own version, and no operation that began after another had
 * ended saw or made an earlier version (a write: or the same).
 */
function checkOrder(key: string, observations: readonly Observation[]): void {
  const valueOf = new Map<number, string | null>([[0, null]]);
  for (const { version, value } of observations) {
    const other = valueOf.has(version) ? valueOf.get(version) : value;
    if (other !== value) {
      throw new BrokenInvariant(
        'linearizability',
        `version ${version} of ${key} is ${other} and ${value}`,
      );
    }
    valueOf.set(version, value);
  }
  const byEnd = [...observations].sort((a, b) => a.endedMs - b.endedMs);
  const byBegin = [...observations].sort((a, b) => a.beganMs - b.beganMs);
  let ended = 0;
  let latest = 0;
  for (const { isWrite, version, beganMs } of byBegin) {
    while (ended < byEnd.length && byEnd[ended].endedMs < beganMs) {
      latest = Math.max(latest, byEnd[ended++].version);
    }
    if (version < latest || (isWrite && version === latest)) {
      const what = isWrite ? 'a write made' : 'a read saw';
      const detail = `${what} version ${version} of ${key} after version ${latest} was seen`;
      throw new BrokenInvariant('linearizability', detail);
    }
  }
}
