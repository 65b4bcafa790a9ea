import FlatQueue from 'flatqueue';

/** A timer that has been set. Without an action it was cleared. */
export interface VirtualTimer {
  action: (() => void) | undefined;
  atNs: number;
}

export interface TimerQueue {
  push(timer: VirtualTimer): void;
  /** The earliest timer that was not cleared. */
  peek(): VirtualTimer | undefined;
  pop(): VirtualTimer | undefined;
}

/** A heap of instants, each with its timers in the order of their setting: FlatQueue alone breaks ties anyhow. */
export function createTimerQueue(): TimerQueue {
  const instants = new FlatQueue<VirtualTimer[]>();
  const byInstant = new Map<number, VirtualTimer[]>();
  const head = (): VirtualTimer[] | undefined => {
    for (let instant = instants.peek(); instant; instant = instants.peek()) {
      while (instant.length > 0 && !instant[0].action) instant.shift();
      if (instant.length > 0) return instant;
      byInstant.delete(instants.peekValue() as number);
      instants.pop();
    }
    return undefined;
  };
  return {
    push: (timer) => {
      const instant = byInstant.get(timer.atNs);
      if (instant) {
        instant.push(timer);
        return;
      }
      const fresh = [timer];
      byInstant.set(timer.atNs, fresh);
      instants.push(fresh, timer.atNs);
    },
    peek: () => head()?.[0],
    pop: () => head()?.shift(),
  };
}
