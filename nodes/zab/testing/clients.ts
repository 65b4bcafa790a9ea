import { BrokenInvariant } from '../../../harness/contracts/protocol-monitor.js';
import type { Random } from '../../../harness/environment/random.js';
import type { JsonObject } from '../../../harness/json.js';
import type { TestAnswer, TestNetwork } from '../../replication/testing/network.js';
import { Observations } from '../../replication/testing/observations.js';

/** How long a client waits for an answer. */
const PATIENCE_MS = 400;
const SESSION_MS = 500;

/** What a client with a session knows of itself. */
interface Session {
  id: number;
  server: string;
  /** Where it was connected before: what it still sends there must be refused. */
  former: string | null;
  zxid: number;
  nodes: number;
}

/**
 * Clients that write unique values and read them; every second one has a session, watches what it reads, makes
 * ephemeral nodes, moves from server to server and ends. What sessions and watches promise, the monitor judges.
 */
export class TestClients {
  private readonly observations = new Observations();
  private values = 0;
  private isStopped = false;
  acknowledged = 0;

  constructor(
    private readonly network: TestNetwork,
    private readonly servers: readonly string[],
  ) {}

  start(count: number): void {
    for (let i = 0; i < count; i++) {
      const random = this.network.random.fork(`client-${i}`);
      if (i % 2 === 0) this.openSession(random);
      else this.loop(random);
    }
  }

  stop(): void {
    this.isStopped = true;
  }

  /** Judges what was seen; throws a `BrokenInvariant`. */
  check(): void {
    this.observations.check();
  }

  private loop(random: Random): void {
    if (this.isStopped) return;
    const key = `k${random.integer(2)}`;
    const again = (): void => {
      this.network.after(random.exponential(10), () => this.loop(random));
    };
    const server = random.pick(this.servers);
    if (random.integer(2) === 0) this.read(server, key, {}, again);
    else this.write(server, key, {}, again);
  }

  private read(server: string, key: string, more: JsonObject, done: () => void): void {
    const beganMs = this.network.nowMs;
    this.send(server, '/get', { path: `/${key}`, sync: true, ...more }, (answer) => {
      if (answer?.status === 200) this.observe(key, answer.body, answer.body.value, beganMs);
      done();
    });
  }

  /** Sets the value, or makes the znode where there is none. */
  private write(server: string, key: string, more: JsonObject, done: () => void): void {
    const value = `v${++this.values}`;
    const beganMs = this.network.nowMs;
    const body = { path: `/${key}`, value, ...more };
    const finish = (answer: TestAnswer | null): void => {
      if (answer?.status === 200) this.observe(key, answer.body, value, beganMs, true);
      else if (answer?.body.certain === true) this.observations.refuse(value);
      done();
    };
    this.send(server, '/set', body, (answer) => {
      if (answer?.body.error === 'no-node') this.send(server, '/create', body, finish);
      else finish(answer);
    });
  }

  private openSession(random: Random): void {
    if (this.isStopped) return;
    const server = random.pick(this.servers);
    this.send(server, '/session', { timeoutMs: SESSION_MS }, (answer) => {
      const id = answer?.body.session;
      if (typeof id === 'number') {
        this.live(random, { id, server, former: null, zxid: id, nodes: 0 });
      } else this.network.after(20, () => this.openSession(random));
    });
  }

  /** One thing after the other, until the session ends. */
  private live(random: Random, session: Session): void {
    if (this.isStopped) return;
    const { id, server, zxid } = session;
    const go = (answer: TestAnswer | null): void => {
      this.see(session, answer);
      const error = answer?.body.error;
      const next = (): void => {
        if (error === 'session-expired' || answer?.body.closed === id) this.openSession(random);
        else if (answer === null || error !== undefined) this.move(random, session);
        else this.live(random, session);
      };
      this.network.after(random.exponential(10), next);
    };
    const common = { session: id, zxid };
    const path = `/k${random.integer(2)}`;
    const kind = random.integer(10);
    if (kind < 5) this.send(server, '/get', { path, sync: false, watch: true, ...common }, go);
    else if (kind < 7) this.sendWrite(session, path.slice(1), common, go);
    else if (kind === 7) {
      const name = `/e${id}-${++session.nodes}`;
      this.send(server, '/create', { path: name, value: id, ephemeral: true, ...common }, go);
    } else if (kind === 8) this.move(random, session);
    else this.end(session, common, go);
  }

  /** An ephemeral node that is asked for right behind the close must not be there any more. */
  private end(session: Session, common: JsonObject, go: (answer: TestAnswer | null) => void): void {
    const { id, server } = session;
    const path = `/e${id}-last`;
    this.send(server, '/close', common, go);
    const late = { path, value: id, ephemeral: true, ...common };
    this.send(server, '/create', late, () => undefined);
  }

  /** A late request through the server where it was before must not take effect any more. */
  private sendWrite(
    session: Session,
    key: string,
    common: JsonObject,
    go: (answer: TestAnswer | null) => void,
  ): void {
    const late = { path: `/${key}`, value: `v${++this.values}`, session: session.id };
    if (session.former !== null) this.send(session.former, '/set', late, () => undefined);
    const { server } = session;
    this.write(server, key, common, () => this.send(server, '/ping', common, go));
  }

  private move(random: Random, session: Session): void {
    if (this.isStopped) return;
    const server = random.pick(this.servers);
    const { id, zxid } = session;
    this.send(server, '/connect', { session: id, zxid }, (answer) => {
      this.see(session, answer);
      if (answer?.status === 200) {
        session.former = session.server === server ? null : session.server;
        session.server = server;
        this.live(random, session);
      } else if (answer?.body.error === 'session-expired') this.openSession(random);
      else this.network.after(20, () => this.move(random, session));
    });
  }

  /** A client never sees an older state than it has seen before, whatever server it asks. */
  private see(session: Session, answer: TestAnswer | null): void {
    const zxid = answer?.status === 200 ? answer.body.zxid : undefined;
    if (typeof zxid !== 'number') return;
    if (zxid < session.zxid) {
      const detail = `session ${session.id} saw ${session.zxid}, then ${zxid}`;
      throw new BrokenInvariant('single system image', detail);
    }
    session.zxid = zxid;
    this.acknowledged++;
  }

  /** One answer or, after a while, null; what comes later is not heard. */
  private send(
    server: string,
    path: string,
    body: JsonObject,
    onAnswer: (answer: TestAnswer | null) => void,
  ): void {
    let isDone = false;
    const finish = (answer: TestAnswer | null): void => {
      if (isDone) return;
      isDone = true;
      onAnswer(answer);
    };
    this.network.request(server, path, body, finish);
    this.network.after(PATIENCE_MS, () => finish(null));
  }

  private observe(
    key: string,
    { version }: JsonObject,
    value: unknown,
    beganMs: number,
    isWrite = false,
  ): void {
    this.acknowledged++;
    this.observations.add(key, {
      isWrite,
      // A znode's versions begin at 0.
      version: typeof version === 'number' ? version + 1 : 0,
      value: typeof value === 'string' ? value : null,
      beganMs,
      endedMs: this.network.nowMs,
    });
  }
}
