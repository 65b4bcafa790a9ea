import type { Invocation } from '../contracts/client.js';
import type { Next, Source, ThreadId } from '../contracts/generator.js';

/** Nothing ever again. */
export const DONE: Next = { kind: 'done' };

/** Do it now. */
export function operation(time: number, invocation: Invocation): Next {
  return { kind: 'operation', time, invocation };
}

/** A source that answers with `next` and lets `inner` see the events. */
export function around(inner: Source, next: Source['next']): Source {
  return { next, observe: inner.observe?.bind(inner) };
}

/** A source of which each thread is served by one of several others, or by none. */
export function routed(sources: ReadonlyMap<ThreadId, Source>): Source {
  return {
    next: (thread, time) => sources.get(thread)?.next(thread, time) ?? DONE,
    observe: (event, thread) => sources.get(thread)?.observe?.(event, thread),
  };
}

/** One value for each thread, made when it is first asked for. */
export function perThread<T>(create: (thread: ThreadId) => T): (thread: ThreadId) => T {
  const values = new Map<ThreadId, T>();
  return (thread) => {
    let value = values.get(thread);
    if (value === undefined) values.set(thread, (value = create(thread)));
    return value;
  };
}
