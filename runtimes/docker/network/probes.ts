import type { Clock } from '../../../harness/environment/environment.js';
import { instantIn } from '../../../harness/environment/elapsed.js';
import { call } from '../shell/library.js';
import type { Helper } from './helper.js';
import { networkLibrary } from './library.js';
import { PROBE_PORTS } from './rules.js';

/** How long to wait between two looks, at first and at most. */
const FIRST_PAUSE_MS = 5;
const LAST_PAUSE_MS = 80;

/** One measurement: a datagram sent in one network namespace, looked for in another. */
export interface ProbeWay {
  /** The process in whose network namespace it is sent; undefined: the engine's host's, as clients. */
  fromPid: number | undefined;
  toAddress: string;
  /** Where it is noted: in the receiver's `seen`, or in the sender's `left` on the way to clients. */
  noted: { pid: number; set: 'seen' | 'left' };
}

interface Probe extends ProbeWay {
  port: number;
  deadline: number;
  resolve(seen: boolean): void;
  reject(error: unknown): void;
}

/**
 * Sends marks and looks for them. All probes under way share their rounds, one script each: probing every pair
 * of five nodes at once costs little more than probing one.
 */
export class Prober {
  private readonly helper: Helper;
  private readonly clock: Clock;
  private active: Probe[] = [];
  private running = false;
  private sent = 0;

  constructor(helper: Helper, clock: Clock) {
    this.helper = helper;
    this.clock = clock;
  }

  /** Whether a mark sent this way is seen to arrive in time. */
  probe(way: ProbeWay, timeoutMs: number): Promise<boolean> {
    const port = PROBE_PORTS.first + (this.sent++ % PROBE_PORTS.count);
    const deadline = instantIn(this.clock, timeoutMs);
    return new Promise((resolve, reject) => {
      this.active.push({ ...way, port, deadline, resolve, reject });
      if (this.running) return;
      this.running = true;
      void this.runRounds();
    });
  }

  private async runRounds(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    // Those that begin together go together.
    await Promise.resolve();
    while (this.active.length > 0) {
      await this.round();
      if (this.active.length > 0) await this.clock.sleep(pauseMs);
      pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS);
    }
    this.running = false;
  }

  private async round(): Promise<void> {
    const probes = this.active;
    const startedAt = this.clock.now();
    let seen: Set<number>;
    try {
      const output = await this.helper.run(script(probes), 'probe the network');
      seen = new Set(output.split('\n').map(Number));
    } catch (error) {
      this.active = this.active.filter((probe) => !probes.includes(probe));
      for (const probe of probes) probe.reject(error);
      return;
    }
    const isOver = (probe: Probe): boolean => seen.has(probe.port) || startedAt >= probe.deadline;
    const over = probes.filter(isOver);
    this.active = this.active.filter((probe) => !over.includes(probe));
    for (const probe of over) probe.resolve(seen.has(probe.port));
  }
}

/** Sends every mark once more, each from where it starts, then prints the ports of those that were noted. */
function script(probes: readonly Probe[]): string {
  const sends = groups(probes, ({ fromPid }) => String(fromPid ?? '')).map(([pid, group]) => {
    const marks = group.map(({ toAddress, port }) => `${toAddress}/${port}`);
    return call('send_marks', pid, ...marks);
  });
  const looks = groups(probes, ({ noted }) => `${noted.pid} ${noted.set}`).map(([where, group]) => {
    const [pid, set] = where.split(' ');
    const ports = group.map(({ port }) => port).join('|');
    return call('print_seen', pid, set, ports);
  });
  return networkLibrary(...sends, ...looks);
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  const byKey = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    byKey.set(key, [...(byKey.get(key) ?? []), item]);
  }
  return [...byKey];
}
