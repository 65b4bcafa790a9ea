/**
 * The keys in use: a fixed number of slots, each with a key that gives way to a fresh one after so many
 * operations. Slot 2's keys are "r2-0", "r2-1", ….
 */
export interface KeyRing {
  readonly slots: number;
  /** The slot's key for one more operation. */
  use(slot: number): string;
  /** Every key that was used since the last `reset`. */
  used(): string[];
  reset(): void;
}

export function createKeyRing(slots: number, operationsPerKey: number): KeyRing {
  const counts = new Array<number>(slots).fill(0);
  const keyOf = (slot: number, use: number): string =>
    `r${slot}-${Math.floor(use / operationsPerKey)}`;
  return {
    slots,
    use: (slot) => keyOf(slot, counts[slot]++),
    used: () =>
      counts.flatMap((count, slot) =>
        Array.from({ length: Math.ceil(count / operationsPerKey) }, (_, generation) =>
          keyOf(slot, generation * operationsPerKey),
        ),
      ),
    reset: () => {
      counts.fill(0);
    },
  };
}
