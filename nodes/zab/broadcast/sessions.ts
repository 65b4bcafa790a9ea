import type { Leading, TrackedSession } from '../state/leading.js';
import type { ZabNode } from '../state/node.js';

/** A new leader knows when no session was heard of, so each has all of its time again. */
export function trackSessions(node: ZabNode, leading: Leading): void {
  for (const session of leading.ahead.sessions.keys()) {
    leading.sessions.set(session, { deadlineMs: Infinity, owner: null, isClosing: false });
    touch(node, leading, session);
  }
}

export function touch(node: ZabNode, leading: Leading, session: number): void {
  const tracked = leading.sessions.get(session);
  const timeoutMs = leading.ahead.sessions.get(session);
  if (!tracked || timeoutMs === undefined) return;
  tracked.deadlineMs = node.now.monotonicMs + timeoutMs;
}

/**
 * The session, if it is open and this server may speak for it. A session belongs to the server that it was
 * connected to last: what is late from an earlier one is refused, or it would take effect after
 * what its client has done since.
 */
export function claim(
  node: ZabNode,
  leading: Leading,
  session: number,
  server: string,
): TrackedSession | 'session-expired' | 'session-moved' {
  const tracked = leading.sessions.get(session);
  if (!tracked || tracked.isClosing) return 'session-expired';
  tracked.owner ??= server;
  if (tracked.owner !== server && !node.has('moved-session')) return 'session-moved';
  touch(node, leading, session);
  return tracked;
}

/** Once per tick: what was not heard of in its time is closed, by a transaction like any other. */
export function expireSessions(node: ZabNode, leading: Leading): void {
  for (const [session, tracked] of leading.sessions) {
    if (tracked.isClosing || node.now.monotonicMs < tracked.deadlineMs) continue;
    tracked.isClosing = true;
    node.say(`session ${session} expires`);
    const request = { kind: 'close', session } as const;
    leading.proposals.push({ requester: null, request, server: node.name });
  }
}
