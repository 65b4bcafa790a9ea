import type { Checker } from '../../harness/contracts/checker.js';
import type { History, Operation } from '../../harness/history/operation.js';
import type { JsonObject } from '../../harness/json.js';
import type { CheckResult } from '../../harness/verdict.js';
import type { BrokenSession, SessionsEvidence } from './evidence.js';

const CHECKER = 'sessions';
const SHOWN = 20;

/**
 * Whether sessions keep what ZooKeeper promises of them, by the operations of the workload `sessions`:
 *
 * - watch before data: a client that watches a key is told of a change before, or with, the first answer that shows
 *   the new version (`watch` and `look` of one process, `events` of any of its operations);
 * - ephemeral lifetime: once `end` has answered, no `holder` that is asked later names the session;
 * - session ownership: once a `take` through one node has answered, no `put` or `hold` of that session that is asked for
 *   later through another node succeeds, unless the session may have been taken back there;
 * - single system image: a `resume` with the zxid at which a version of a key was seen, through any node, shows that version or
 *   a later one, or fails. Keys are never removed, so an absent one is an earlier one.
 */
export function createSessionsChecker(): Checker {
  return {
    name: CHECKER,
    description:
      'watches fire before data, ephemerals end with their session, who moves sees nothing older',
    check: (history) => Promise.resolve(judge(history)),
  };
}

function judge({ operations }: History): CheckResult<SessionsEvidence> {
  const broken = [
    ...lateWatches(operations),
    ...keptEphemerals(operations),
    ...strayRequests(operations),
    ...olderImages(operations),
  ].sort((a, b) => a.event - b.event);
  const evidence: SessionsEvidence = {
    kind: 'sessions',
    broken: broken.length,
    first: broken.slice(0, SHOWN),
  };
  const sessions = new Set(operations.flatMap((operation) => sessionOf(operation) ?? []));
  if (broken.length > 0) {
    const count = broken.length === 1 ? '1 promise was' : `${broken.length} promises were`;
    const summary = `${count} broken, first: ${broken[0].sentence}.`;
    return { checker: CHECKER, verdict: 'invalid', summary, evidence };
  }
  if (sessions.size === 0) {
    const summary = 'No operation of a session succeeded.';
    return { checker: CHECKER, verdict: 'unknown', unknownReason: 'not enough data', summary };
  }
  const summary = `${sessions.size} sessions got what they were promised.`;
  return { checker: CHECKER, verdict: 'valid', summary, evidence };
}

/** In the order of their answers: a process does one thing at a time. */
function* lateWatches(operations: readonly Operation[]): Generator<BrokenSession> {
  const watches = new Map<unknown, Map<string, unknown>>();
  const answered = operations.filter(({ type }) => type === 'ok');
  for (const operation of answered.sort((a, b) => a.return - b.return)) {
    const session = sessionOf(operation);
    if (session === undefined) continue;
    const { f, key = '', process } = operation;
    // A session that was taken over is connected anew, and has no watches here.
    const watched = (f === 'take' ? undefined : watches.get(process)) ?? new Map<string, unknown>();
    watches.set(process, watched);
    const { events = [], version } = operation.output as JsonObject;
    for (const changed of events as string[]) watched.delete(`${session} ${changed}`);
    if (f !== 'watch' && f !== 'look') continue;
    const name = `${session} ${key}`;
    if (watched.has(name) && watched.get(name) !== version) {
      const sentence = `process ${process} sees version ${String(version)} of ${key} before the event of its watch`;
      yield shownBy(operation, { promise: 'watch before data', session, sentence });
      watched.delete(name);
    }
    if (f === 'watch') watched.set(name, version);
  }
}

function* keptEphemerals(operations: readonly Operation[]): Generator<BrokenSession> {
  const ended = new Map<number, Operation>();
  for (const operation of operations) {
    const session = operation.f === 'end' ? sessionOf(operation) : undefined;
    if (session !== undefined) ended.set(session, operation);
  }
  for (const operation of operations) {
    const { f, type, output, call, key } = operation;
    if (f !== 'holder' || type !== 'ok' || typeof output !== 'number') continue;
    const end = ended.get(output);
    if (!end || end.return > call) continue;
    const sentence = `${key} is held by session ${output}, which had ended`;
    yield shownBy(operation, { promise: 'ephemeral lifetime', session: output, sentence });
  }
}

function* strayRequests(operations: readonly Operation[]): Generator<BrokenSession> {
  const takes = new Map<number, Operation[]>();
  for (const operation of operations) {
    if (operation.f !== 'take' || typeof operation.input !== 'number') continue;
    const known = takes.get(operation.input);
    if (known) known.push(operation);
    else takes.set(operation.input, [operation]);
  }
  for (const operation of operations) {
    const session = operation.f === 'put' || operation.f === 'hold' ? sessionOf(operation) : null;
    if (session === null || session === undefined) continue;
    const { node, call, f } = operation;
    const all = takes.get(session) ?? [];
    const moved = all.findLast((take) => take.type === 'ok' && take.return < call);
    if (!moved || moved.node === node) continue;
    const isBack = all.some((take) => take.node === node && endOf(take) > moved.call);
    if (isBack) continue;
    const sentence = `${f} of session ${session} through ${node} succeeds after it moved to ${moved.node}`;
    yield shownBy(operation, { promise: 'session ownership', session, sentence });
  }
}

function* olderImages(operations: readonly Operation[]): Generator<BrokenSession> {
  for (const operation of operations) {
    const { f, type, input, output, node, key, process } = operation;
    if (f !== 'resume' || type !== 'ok') continue;
    const { version: before } = input as JsonObject;
    const { version: now } = output as JsonObject;
    if (typeof before !== 'number' || (typeof now === 'number' && now >= before)) continue;
    const shown = now === null ? 'no' : `version ${String(now)} of`;
    const sentence = `${node} shows process ${process} ${shown} ${key} after version ${before}`;
    yield shownBy(operation, { promise: 'single system image', session: null, sentence });
  }
}

function shownBy(
  { return: event, endTime, process, node, key }: Operation,
  broken: Pick<BrokenSession, 'promise' | 'session' | 'sentence'>,
): BrokenSession {
  return { ...broken, event, time: endTime, process, node: node ?? null, key: key ?? null };
}

/** What failed by a refusal did nothing; what ended in nothing may take effect at any later time. */
function endOf({ type, return: end }: Operation): number {
  return type === 'fail' ? -1 : end;
}

function sessionOf({ type, output }: Operation): number | undefined {
  if (type !== 'ok' || output === null || typeof output !== 'object') return undefined;
  const { session } = output as JsonObject;
  return typeof session === 'number' ? session : undefined;
}
