import type { ClockFacet, ClockReading, ClockSkew } from '../../harness/contracts/cluster.js';
import type { Clock } from '../../harness/environment/environment.js';
import type { JsonObject } from '../../harness/json.js';
import { CLOCK_VARIABLE } from '../../harness/machine/clock-variable.js';
import { elapsedMs } from '../../harness/environment/elapsed.js';
import { clockInStatus } from '../common/clock-reading.js';
import type { SideConnections } from './side-connections.js';

const ANSWER_LIMIT_MS = 5_000;

/** What the clock of a node needs of the node. */
export interface NodeClockParts {
  name: string;
  clock: Clock;
  side: SideConnections;
  isUp: () => boolean;
  status: (timeoutMs: number) => Promise<JsonObject | undefined>;
}

/** The clocks of a node of ours, which skews them itself when it is told to. */
export class NodeClock implements ClockFacet {
  private current: { wanted: ClockSkew; sinceNs: number } | undefined;

  constructor(private readonly parts: NodeClockParts) {}

  async skew(skew: ClockSkew): Promise<void> {
    this.current = { wanted: skew, sinceNs: this.parts.clock.now() };
    await this.tellNode({ ...skew });
  }

  async putRight(): Promise<void> {
    if (this.current === undefined) return;
    this.current = undefined;
    await this.tellNode(null);
  }

  read(): Promise<ClockReading> {
    const { name, clock, status } = this.parts;
    return clockInStatus(name, () => status(ANSWER_LIMIT_MS), clock);
  }

  /** For a node that starts now, with the skew as it would be by now: a drift goes on while a machine is down. */
  environment(): Record<string, string> {
    if (this.current === undefined) return {};
    const { wanted, sinceNs } = this.current;
    const gainedMs = (elapsedMs(this.parts.clock, sinceNs) * wanted.driftPpm) / 1e6;
    const skew = { ...wanted, offsetMs: wanted.offsetMs + gainedMs };
    return { [CLOCK_VARIABLE]: JSON.stringify(skew) };
  }

  /** A node that is down gets it when it starts, in its environment. */
  private async tellNode(body: JsonObject | null): Promise<void> {
    const { name, side, isUp } = this.parts;
    if (!isUp()) return;
    const timeoutMs = ANSWER_LIMIT_MS;
    const reply = await side.ask({ method: 'POST', path: '/clock', body, timeoutMs });
    if (reply?.status === 200 || !isUp()) return;
    throw new Error(`node ${name} does not take another clock`);
  }
}
