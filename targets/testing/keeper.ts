import { ClientError, type ClientContext } from '../../harness/contracts/client.js';
import type { NodeConnection } from '../../harness/contracts/cluster.js';
import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import type { Target } from '../../harness/contracts/target.js';
import type { JsonObject, JsonValue } from '../../harness/json.js';
import { DURABILITY_MODES } from '../../nodes/host/log/durability.js';
import type { Budget } from '../../harness/network/budget.js';
import { createOperationsClient, type Operations } from '../client-kit/operations.js';

const KEEPER_FAMILIES = [FAMILIES.register, FAMILIES.lock, FAMILIES.fencing] as const;

/** What one client has: its connection, and a name to hold locks by. */
interface Session {
  connection: NodeConnection;
  client: number;
  close(): Promise<void>;
}

/** Everybody asks the first node, whichever node they are a client of. */
function createKeeperClient({ nodes: [keeper], clock, random }: ClientContext) {
  if (!keeper.connect) throw new Error(`the runtime has no connections to ${keeper.name} to give`);
  const connection = keeper.connect();
  const client = random.integer(2 ** 32);
  const session = { connection, client, close: () => connection.close() };
  return createOperationsClient(session, KEEPER_FAMILIES, operations, clock);
}

async function ask(
  { connection, client }: Session,
  f: string,
  body: JsonObject,
  budget: Budget,
): Promise<JsonValue> {
  const reply = await connection.request(`/${f}`, { ...body, client }, budget.remainingMs());
  const { value = null, error } = reply.body as JsonObject;
  if (error !== undefined) throw new ClientError(String(error), `status ${reply.status}`);
  return value;
}

const operations: Operations<(typeof KEEPER_FAMILIES)[number], Session> = {
  read: async (session, { key }, budget) => ({
    type: 'ok',
    value: await ask(session, 'read', { key }, budget),
  }),
  write: async (session, { key, value }, budget) => {
    await ask(session, 'write', { key, value }, budget);
    return { type: 'ok' };
  },
  acquire: async (session, { key }, budget) => ({
    type: 'ok',
    value: Number(await ask(session, 'acquire', { key }, budget)),
  }),
  release: async (session, { key }, budget) => {
    await ask(session, 'release', { key }, budget);
    return { type: 'ok' };
  },
  'fenced-write': async (session, { key, value }, budget) => {
    await ask(session, 'fenced-write', { key, value }, budget);
    return { type: 'ok' };
  },
};

/** Values and locks in the memory of one node; nobody leads, and nothing outlives that node. */
export const keeper: Target = {
  name: 'keeper',
  description: 'values and locks in the memory of one node, for tests',
  versions: ['1'],
  durabilityModes: DURABILITY_MODES,
  defaultDurability: 'never',
  settings: {},
  bugs: {},
  families: KEEPER_FAMILIES,
  errors: {
    refused: { definite: true, reason: 'nothing was sent' },
    held: { definite: true, reason: 'the lock had a holder' },
    'not-held': { definite: true, reason: 'the client held no such lock' },
  },
  createClient: createKeeperClient,
  isReady: () => true,
  starts: {
    program: {
      module: new URL('../../nodes/host/testing/keeper.js', import.meta.url),
      export: 'createKeeper',
    },
  },
};
