/** What the load has written, for those who read it back. */
export interface Ledger {
  /** Notes that a write of this key was called. */
  called(key: string): void;
  acknowledged(key: string): void;
  isAcknowledged(key: string): boolean;
  /** Keys of acknowledged writes, oldest first. */
  readonly kept: readonly string[];
  /** Every key, by call. */
  readonly keys: readonly string[];
  reset(): void;
}

export function createLedger(): Ledger {
  let keys: string[] = [];
  let kept: string[] = [];
  let known = new Set<string>();
  return {
    called: (key) => void keys.push(key),
    acknowledged: (key) => {
      known.add(key);
      kept.push(key);
    },
    isAcknowledged: (key) => known.has(key),
    get kept() {
      return kept;
    },
    get keys() {
      return keys;
    },
    reset: () => {
      [keys, kept, known] = [[], [], new Set()];
    },
  };
}
