import type { JsonObject } from '../../../harness/json.js';
import type { Answer, Change, WriteOperation, Znode } from '../state/messages.js';
import { parentOf } from '../state/paths.js';
import type { DataTree } from '../state/tree.js';

/** Why an operation is refused; the whole request has no effect then. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly detail: JsonObject;

  constructor(code: string, detail: JsonObject = {}) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Turns a client's operations into the changes that they come to, in the state after all that was proposed
 * before, and makes them there. All or none: where one is refused, the tree is as it was.
 */
export function prepareWrite(
  ahead: DataTree,
  operations: readonly WriteOperation[],
  zxid: number,
  session: number | null,
): { changes: Change[]; results: JsonObject[]; refusal: Answer | null } {
  const changes: Change[] = [];
  const undo: Change[] = [];
  const make = (change: Change): void => {
    undo.push({ path: change.path, node: ahead.get(change.path) ?? null });
    ahead.change(change);
    changes.push(change);
  };
  const results: JsonObject[] = [];
  try {
    for (const operation of operations) {
      results.push(prepareOperation(ahead, operation, zxid, session, make));
    }
    return { changes, results, refusal: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const change of undo.reverse()) ahead.change(change);
    const body = { error: error.code, certain: true, index: results.length, ...error.detail };
    return { changes: [], results: [], refusal: { status: 409, body } };
  }
}

function prepareOperation(
  ahead: DataTree,
  operation: WriteOperation,
  zxid: number,
  session: number | null,
  make: (change: Change) => void,
): JsonObject {
  switch (operation.op) {
    case 'create': {
      const { path, value } = operation;
      const parent = existing(ahead, parentOf(path));
      if (parent.owner !== 0) throw new Refusal('ephemeral-parent');
      const number = String(parent.cversion).padStart(10, '0');
      const full = operation.isSequential ? `${path}${number}` : path;
      if (ahead.get(full)) throw new Refusal('node-exists', { path: full });
      const owner = operation.isEphemeral ? (session ?? 0) : 0;
      const stamps = { czxid: zxid, mzxid: zxid, pzxid: zxid };
      const node = { value, version: 0, cversion: 0, ...stamps, owner };
      make({ path: full, node });
      make(changedChildren(parentOf(path), parent, zxid));
      return { path: full, ...statOf(node) };
    }
    case 'set': {
      const before = expected(ahead, operation.path, operation.version);
      const { value } = operation;
      const node = { ...before, value, version: before.version + 1, mzxid: zxid };
      make({ path: operation.path, node });
      return statOf(node);
    }
    case 'delete': {
      const { path, version } = operation;
      expected(ahead, path, version);
      if (ahead.childrenOf(path).size > 0) throw new Refusal('not-empty');
      make({ path, node: null });
      make(changedChildren(parentOf(path), existing(ahead, parentOf(path)), zxid));
      return {};
    }
    case 'check':
      return statOf(expected(ahead, operation.path, operation.version));
  }
}

/** What ends with a session. */
export function prepareClose(ahead: DataTree, session: number, zxid: number): Change[] {
  const changes: Change[] = [];
  for (const path of [...ahead.ephemeralsOf(session)]) {
    changes.push({ path, node: null });
    ahead.change({ path, node: null });
    const parent = changedChildren(parentOf(path), existing(ahead, parentOf(path)), zxid);
    changes.push(parent);
    ahead.change(parent);
  }
  return changes;
}

function changedChildren(path: string, node: Znode, zxid: number): Change {
  return { path, node: { ...node, cversion: node.cversion + 1, pzxid: zxid } };
}

function existing(ahead: DataTree, path: string): Znode {
  const node = ahead.get(path);
  if (!node) throw new Refusal('no-node', { path });
  return node;
}

function expected(ahead: DataTree, path: string, version: number | null): Znode {
  const node = existing(ahead, path);
  if (version === null || version === node.version) return node;
  throw new Refusal('bad-version', { path, version: node.version });
}

/** What clients are told of a znode besides its value. */
export function statOf({ version, cversion, czxid, mzxid, pzxid, owner }: Znode): JsonObject {
  return { version, cversion, czxid, mzxid, pzxid, owner };
}
