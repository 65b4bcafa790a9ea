import { z } from 'zod';
import type { NodeSetup } from '../../harness/contracts/starts/node-setup.js';
import { DURABILITY_MODES } from './log/durability.js';

const address = z.object({ host: z.string(), port: z.int().min(0).max(65_535) });

const nodeSetup = z.object({
  name: z.string().min(1),
  index: z.int().min(0),
  dataDirectory: z.string().min(1),
  syncedDirectory: z.string().min(1).optional(),
  clientAddress: address,
  peerAddress: address,
  peers: z.array(address.extend({ name: z.string().min(1) })),
  members: z.array(z.string()).optional(),
  durability: z.literal(Object.keys(DURABILITY_MODES) as (keyof typeof DURABILITY_MODES)[]),
  settings: z.record(z.string(), z.string()),
  bugs: z.array(z.string()),
  seed: z.number(),
});

/** A `NodeSetup` that was checked. */
export type NodeConfig = z.infer<typeof nodeSetup> & NodeSetup;

/**
 * Reads the configuration of a node from JSON text.
 * @throws Error with a sentence for each thing that is wrong.
 */
export function parseNodeConfig(text: string): NodeConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`the configuration is not JSON: ${String(error)}`, { cause: error });
  }
  const parsed = nodeSetup.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`the configuration is not usable:\n${z.prettifyError(parsed.error)}`);
}
