import type { ClockReading } from '../../harness/contracts/cluster.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { JsonObject } from '../../harness/json.js';

/**
 * The wall clock of a node of ours by its status, which has it as `host.wallMs`: read at some moment between the
 * question and its answer. Throws where the node does not say.
 */
export async function clockInStatus(
  node: string,
  status: () => Promise<JsonObject | undefined>,
  clock: Clock,
): Promise<ClockReading> {
  const fromMs = clock.wallMs();
  const host = (await status())?.host as JsonObject | undefined;
  if (typeof host?.wallMs === 'number') {
    return { wallMs: host.wallMs, fromMs, untilMs: clock.wallMs() };
  }
  throw new Error(`node ${node} does not say what its wall clock shows`);
}
