import type { Random } from '../../../harness/environment/random.js';
import type { JsonObject } from '../../../harness/json.js';
import type { Answer } from '../state/messages.js';
import { Observations } from '../../replication/testing/observations.js';
import type { TestNetwork } from '../../replication/testing/network.js';

/** How long a client waits before it sends a command again, through another node. */
const PATIENCE_MS = 400;

/**
 * Clients that put unique values and read them. Those with a session send each command until it is
 * answered, so it must take effect exactly once; the others give up, so it may have or not.
 */
export class TestClients {
  private readonly observations = new Observations();
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
      else if (answer?.body.certain === true) this.observations.refuse(value);
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
    this.observations.add(key, { isWrite, version, value, beganMs, endedMs: this.network.nowMs });
  }

  /** Judges what was seen; throws a `BrokenInvariant`. */
  check(): void {
    this.observations.check();
  }
}
