import { BrokenInvariant } from '../../harness/contracts/protocol-monitor.js';
import type { Random } from '../../harness/environment/random.js';
import type { JsonObject } from '../../harness/json.js';
import type { Answer } from './messages.js';
import type { TestNetwork } from '../replication/testing/network.js';

/** What a client saw of one key: the write or read had effect between the two times. */
interface Observation {
  isWrite: boolean;
  version: number;
  value: string | null;
  beganMs: number;
  endedMs: number;
}

/** How long a client waits before it sends a command again, through another node. */
const PATIENCE_MS = 400;

/**
 * Clients that put unique values and read them. Those with a session send each command until it is
 * answered, so it must take effect exactly once; the others give up, so it may have or not.
 */
export class TestClients {
  private readonly keys = new Map<string, Observation[]>();
  private readonly refused = new Set<string>();
  private values = 0;
  private isStopped = false;
  acknowledged = 0;

  constructor(
    private readonly network: TestNetwork,
    private readonly nodes: readonly string[],
    private readonly readModes: readonly string[] = ['linearizable'],
  ) {}

  start(count: number): void {
    for (let i = 0; i < count; i++) {
      const random = this.network.random.fork(`client-${i}`);
      if (i % 2 === 0) this.openSession(random);
      else this.loop(random, null);
    }
  }

  /** Commands under way are still sent until they are answered; nothing new begins. */
  stop(): void {
    this.isStopped = true;
  }

  private openSession(random: Random): void {
    this.send(random, '/session', {}, (answer) => {
      const session = answer?.body.session;
      if (typeof session === 'number') this.loop(random, { session, sequence: 0 });
      else if (!this.isStopped) this.network.after(20, () => this.openSession(random));
    });
  }

  private loop(random: Random, session: { session: number; sequence: number } | null): void {
    if (this.isStopped) return;
    const key = `k${random.integer(2)}`;
    const again = (): void => {
      this.network.after(random.exponential(10), () => this.loop(random, session));
    };
    if (random.integer(2) === 0) this.read(random, key, again);
    else if (session) {
      session.sequence++;
      this.putUntilAnswered(random, key, `v${++this.values}`, { ...session }, again);
    } else this.put(random, key, `v${++this.values}`, again);
  }

  private read(random: Random, key: string, done: () => void): void {
    const beganMs = this.network.nowMs;
    const read = random.pick(this.readModes);
    this.send(random, '/get', { key, read }, (answer) => {
      if (answer?.status === 200) this.observe(key, false, answer.body, beganMs);
      done();
    });
  }

  private put(random: Random, key: string, value: string, done: () => void): void {
    const beganMs = this.network.nowMs;
    this.send(random, '/put', { key, value }, (answer) => {
      if (answer?.status === 200) this.observe(key, true, answer.body, beganMs);
      else if (answer?.body.certain === true) this.refused.add(value);
      done();
    });
  }

  private putUntilAnswered(
    random: Random,
    key: string,
    value: string,
    session: { session: number; sequence: number },
    done: () => void,
  ): void {
    const beganMs = this.network.nowMs;
    const attempt = (): void => {
      this.send(random, '/put', { key, value, ...session }, (answer) => {
        if (answer?.status !== 200) {
          this.network.after(20, attempt);
          return;
        }
        this.observe(key, true, answer.body, beganMs);
        done();
      });
    };
    attempt();
  }

  /** One answer or, after a while, null; what comes later is not heard. */
  private send(
    random: Random,
    path: string,
    body: JsonObject,
    onAnswer: (answer: Answer | null) => void,
  ): void {
    let isDone = false;
    const finish = (answer: Answer | null): void => {
      if (isDone) return;
      isDone = true;
      onAnswer(answer);
    };
    this.network.request(random.pick(this.nodes), path, body, finish);
    this.network.after(PATIENCE_MS, () => finish(null));
  }

  private observe(key: string, isWrite: boolean, body: JsonObject, beganMs: number): void {
    this.acknowledged++;
    const { version, value } = body as { version: number; value: string | null };
    const observations = this.keys.get(key) ?? [];
    this.keys.set(key, observations);
    observations.push({ isWrite, version, value, beganMs, endedMs: this.network.nowMs });
  }

  /** Judges what was seen; throws a `BrokenInvariant`. */
  check(): void {
    for (const [key, observations] of this.keys) {
      this.checkOnce(key, observations);
      checkOrder(key, observations);
    }
  }

  /** No value has two versions, and none appears that was certainly refused. */
  private checkOnce(key: string, observations: readonly Observation[]): void {
    const versionOf = new Map<string, number>();
    for (const { value, version } of observations) {
      if (value === null) continue;
      const other = versionOf.get(value) ?? version;
      if (other !== version) {
        throw new BrokenInvariant(
          'exactly once',
          `${value} is version ${other} and ${version} of ${key}`,
        );
      }
      if (this.refused.has(value)) {
        throw new BrokenInvariant('exactly once', `${value} of ${key} was refused and appeared`);
      }
      versionOf.set(value, version);
    }
  }
}

/**
 * Without deletes the versions of a key order its writes. The history of the key is linearizable exactly
 * if each version has one value, each write its own version, and no operation that began after another had
 * ended saw or made an earlier version (a write: or the same).
 */
function checkOrder(key: string, observations: readonly Observation[]): void {
  const valueOf = new Map<number, string | null>([[0, null]]);
  for (const { version, value } of observations) {
    const other = valueOf.has(version) ? valueOf.get(version) : value;
    if (other !== value) {
      throw new BrokenInvariant(
        'linearizability',
        `version ${version} of ${key} is ${other} and ${value}`,
      );
    }
    valueOf.set(version, value);
  }
  const byEnd = [...observations].sort((a, b) => a.endedMs - b.endedMs);
  const byBegin = [...observations].sort((a, b) => a.beganMs - b.beganMs);
  let ended = 0;
  let latest = 0;
  for (const { isWrite, version, beganMs } of byBegin) {
    while (ended < byEnd.length && byEnd[ended].endedMs < beganMs) {
      latest = Math.max(latest, byEnd[ended++].version);
    }
    if (version < latest || (isWrite && version === latest)) {
      const what = isWrite ? 'a write made' : 'a read saw';
      const detail = `${what} version ${version} of ${key} after version ${latest} was seen`;
      throw new BrokenInvariant('linearizability', detail);
    }
  }
}
