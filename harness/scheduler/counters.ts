/** Counters of a load that go on changing while it runs; the scheduler writes, anyone may read. */
export interface LoadCounters {
  invoked: number;
  ok: number;
  fail: number;
  info: number;
}

/** Counters at zero, to be given to `runLoad` and polled. */
export function createLoadCounters(): LoadCounters {
  return { invoked: 0, ok: 0, fail: 0, info: 0 };
}

/** Operations that ended, however they did. */
export function completedOperations({ ok, fail, info }: LoadCounters): number {
  return ok + fail + info;
}

/** Operations under way. */
export function openOperations(counters: LoadCounters): number {
  return counters.invoked - completedOperations(counters);
}

/** A meter of operations a second: each call gives the rate since the one before, or since the start. */
export function createRateMeter(
  counters: LoadCounters,
  startNs: number,
): (nowNs: number) => number {
  let lastNs = startNs;
  let last = completedOperations(counters);
  return (nowNs) => {
    const completed = completedOperations(counters);
    const seconds = (nowNs - lastNs) / 1e9;
    const rate = seconds > 0 ? (completed - last) / seconds : 0;
    lastNs = nowNs;
    last = completed;
    return rate;
  };
}
