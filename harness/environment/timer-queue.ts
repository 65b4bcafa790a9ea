import FlatQueue from 'flatqueue';

/** A timer that has been set. Without an action it was cleared. */
export interface VirtualTimer {
  action: (() => void) | undefined;
  atNs: number;
}

/** A heap of instants, each with its timers in the order of their setting: FlatQueue alone breaks ties anyhow. */
export class TimerQueue {
  private readonly instants = new FlatQueue<VirtualTimer[]>();
  private readonly byInstant = new Map<number, VirtualTimer[]>();

  push(timer: VirtualTimer): void {
    const instant = this.byInstant.get(timer.atNs);
    if (instant) {
      instant.push(timer);
      return;
    }
    const fresh = [timer];
    this.byInstant.set(timer.atNs, fresh);
    this.instants.push(fresh, timer.atNs);
  }

  /** The earliest timer that was not cleared. */
  peek(): VirtualTimer | undefined {
    return this.head()?.[0];
  }

  pop(): VirtualTimer | undefined {
    return this.head()?.shift();
  }

  private head(): VirtualTimer[] | undefined {
    const { instants, byInstant } = this;
    for (let instant = instants.peek(); instant; instant = instants.peek()) {
      while (instant.length > 0 && !instant[0].action) instant.shift();
      if (instant.length > 0) return instant;
      byInstant.delete(instants.peekValue() as number);
      instants.pop();
    }
    return undefined;
  }
}
