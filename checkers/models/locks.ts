import type { Operation } from '../../harness/history/operation.js';
import { showValue, type Model } from './model.js';

const lockOperations = { acquire: 'update', release: 'update' } as const;

/** A lock that anybody may release: `acquire`, `release`. Starts free. */
export const mutex: Model<boolean> = {
  name: 'mutex',
  description: 'acquire, release; no owners; starts free',
  operations: lockOperations,
  initial: false,
  step: (isHeld, { f }) => (isHeld === (f === 'release') ? [!isHeld] : []),
  stateKey: String,
  describe: (isHeld) => (isHeld ? 'held' : 'free'),
  classify: ({ f }) => f,
  needs: ({ f }) => f === 'release',
  leaves: ({ f }) => f === 'acquire',
};

/** A lock that only the process that holds it may release. The owner is the process. */
export const ownerMutex: Model<string | null> = {
  name: 'owner-mutex',
  description: 'acquire, release; only the process that holds it may release it; starts free',
  operations: lockOperations,
  initial: null,
  step: (owner, { f, process }) => {
    if (f === 'acquire') return owner === null ? [String(process)] : [];
    return owner === String(process) ? [null] : [];
  },
  stateKey: String,
  describe: (owner) => (owner === null ? 'held by nobody' : `held by process ${owner}`),
  ofProcess: true,
  classify: ({ f, process }) => `${f} ${process}`,
  needs: ({ f, process }) => (f === 'acquire' ? null : String(process)),
  leaves: ({ f, process }) => (f === 'acquire' ? String(process) : null),
};

/** Who holds it, and the greatest token that was given out; a crashed acquire leaves the token open. */
export interface FencedLock {
  owner: string | null;
  token: number;
}

/**
 * An owner mutex whose `acquire` answers a fencing token, greater than every token before it. A holder
 * that lost its answer got a token that nobody was told; later ones are greater than those that were told.
 */
export const fencedLock: Model<FencedLock> = {
  name: 'fenced-lock',
  description:
    'acquire → a token greater than all before, release; owners are processes; starts free',
  operations: lockOperations,
  initial: { owner: null, token: -Infinity },
  step: stepFenced,
  stateKey: ({ owner, token }) => `${owner} ${token}`,
  describe: ({ owner, token }) =>
    `${owner === null ? 'free' : `held by process ${owner}`}, last token ${token}`,
  ofProcess: true,
  complaint: ({ f, output, type }) =>
    f !== 'acquire' || type !== 'ok' || typeof output === 'number'
      ? undefined
      : `acquire answers a token, not ${showValue(output)}`,
};

function stepFenced({ owner, token }: FencedLock, operation: Operation): readonly FencedLock[] {
  const process = String(operation.process);
  if (operation.f === 'release') return owner === process ? [{ owner: null, token }] : [];
  if (owner !== null) return [];
  const told = operation.type === 'ok' ? (operation.output as number) : undefined;
  if (told === undefined) return [{ owner: process, token }];
  return told > token ? [{ owner: process, token: told }] : [];
}

/**
 * What a lock with fencing tokens protects: a register that takes only writes with a token at least as great as
 * the greatest before. `fenced-write` is a write whose token the system itself compares; here both are the same.
 */
export const fencedRegister: Model<number | null> = {
  name: 'fenced-register',
  description: 'read → the token of the last write, write token, fenced-write token; never smaller',
  operations: { read: 'observer', write: 'update', 'fenced-write': 'update' },
  initial: null,
  step: (last, { f, input, output }) => {
    if (f === 'read') return (output ?? null) === last ? [last] : [];
    return last === null || (input as number) >= last ? [input as number] : [];
  },
  stateKey: String,
  describe: (last) => (last === null ? 'nil' : `token ${last}`),
  complaint: ({ f, input }) =>
    f === 'read' || typeof input === 'number'
      ? undefined
      : `${f} takes a token, not ${showValue(input)}`,
};
