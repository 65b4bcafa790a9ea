import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Measures what a check keeps as objects: on the heap of the thread that it was made in. */
export interface HeapMeter {
  /** Bytes on the heap since the meter was made, garbage included; never less than 0. */
  bytes(): number;
  collectGarbage(): void;
}

export function createHeapMeter(): HeapMeter {
  const before = getHeapStatistics().used_heap_size;
  return {
    bytes: () => Math.max(0, getHeapStatistics().used_heap_size - before),
    collectGarbage: () => garbageCollector()(),
  };
}

let collector: (() => void) | undefined;

/** V8's own; contexts that are made after the flag was set have it, also in a process that runs without it. */
function garbageCollector(): () => void {
  if (collector) return collector;
  setFlagsFromString('--expose-gc');
  return (collector = runInNewContext('gc') as () => void);
}
