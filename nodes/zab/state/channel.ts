import type { ChannelMessage, Frame } from './messages.js';

/** At most so many frames are sent again at a time. */
const RESEND_LIMIT = 64;

interface Sent {
  sequence: number;
  body: ChannelMessage;
  sentMs: number;
}

/**
 * One end of a FIFO channel between a learner and its leader: what ZAB takes for granted (DSN 2011, section 3)
 * and ZooKeeper gets from TCP. Messages are numbered; the other end takes them in their order, each once,
 * and acknowledges the last one taken; what is not acknowledged is sent again. The learner names the connection,
 * never one name twice, so that nothing of an earlier connection is taken for this one's.
 */
export class Channel {
  private sequence = 0;
  private unacknowledged: Sent[] = [];
  private received = 0;
  private readonly early = new Map<number, ChannelMessage>();
  private owesAck = false;

  constructor(
    readonly connection: string,
    private readonly transmit: (frame: Frame) => void,
    private readonly resendMs: number,
  ) {}

  send(body: ChannelMessage, nowMs: number): void {
    const sent = { sequence: ++this.sequence, body, sentMs: nowMs };
    this.unacknowledged.push(sent);
    this.transmitFrame(sent);
  }

  /** The messages that are next in order now: none, or several where one filled a gap. */
  receive(frame: Frame): ChannelMessage[] {
    this.acknowledge(frame.ack);
    if (frame.body === undefined) return [];
    this.owesAck = true;
    if (frame.sequence > this.received) this.early.set(frame.sequence, frame.body);
    const bodies: ChannelMessage[] = [];
    for (;;) {
      const next = this.early.get(this.received + 1);
      if (next === undefined) return bodies;
      this.early.delete(++this.received);
      bodies.push(next);
    }
  }

  /** Sends again what was not acknowledged in time, and an acknowledgement where nothing carried it. */
  tick(nowMs: number): void {
    for (const sent of this.unacknowledged.slice(0, RESEND_LIMIT)) {
      if (nowMs - sent.sentMs < this.resendMs) continue;
      sent.sentMs = nowMs;
      this.transmitFrame(sent);
    }
    if (!this.owesAck) return;
    this.owesAck = false;
    const { connection, received } = this;
    this.transmit({ type: 'frame', connection, sequence: 0, ack: received });
  }

  private transmitFrame({ sequence, body }: Sent): void {
    this.owesAck = false;
    const { connection, received } = this;
    this.transmit({ type: 'frame', connection, sequence, ack: received, body });
  }

  private acknowledge(ack: number): void {
    const count = this.unacknowledged.findIndex(({ sequence }) => sequence > ack);
    if (count !== 0) this.unacknowledged.splice(0, count < 0 ? Infinity : count);
  }
}
