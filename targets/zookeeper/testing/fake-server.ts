import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { FrameSplitter, JuteReader, JuteWriter } from '../protocol/jute.js';

/** A request as a server sees it: its header, and a reader at the start of its body. */
export interface Received {
  xid: number;
  type: number;
  body: JuteReader;
}

/** What a session said first. */
export interface Hello {
  lastZxidSeen: bigint;
  sessionId: bigint;
  password: string;
}

/** One connection as the test's script sees it. */
export interface Peer {
  socket: Socket;
  hello: Hello;
  reply(xid: number, zxid: bigint, error: number, write?: (writer: JuteWriter) => void): void;
}

export interface FakeServer {
  address: { host: string; port: number };
  hellos: Hello[];
  close(): Promise<void>;
}

/** How a fake server behaves; what is left out is done as a server does it. */
export interface Script {
  /** Answers a hello, hangs up or keeps silent. */
  greet?: (
    hello: Hello,
  ) => { timeoutMs: number; sessionId: bigint; password: string } | 'hang up' | 'keep silent';
  onRequest(request: Received, peer: Peer): void;
}

const GREETING = { timeoutMs: 4000, sessionId: 0x1234n, password: 'secret' };
const PING = 11;
const CLOSE_SESSION = -11;

/** A ZooKeeper server without a tree: it speaks the protocol's frames, and a script says the rest. */
export async function startFakeServer(script: Script): Promise<FakeServer> {
  const hellos: Hello[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket, script, hellos);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    hellos,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function serve(socket: Socket, script: Script, hellos: Hello[]): void {
  const frames = new FrameSplitter();
  let peer: Peer | undefined;
  socket.on('data', (chunk: Buffer) => {
    for (const frame of frames.push(chunk)) {
      const reader = new JuteReader(frame);
      if (peer) handle(reader, script, peer);
      else peer = greet(reader, socket, script, hellos);
    }
  });
}

function greet(reader: JuteReader, socket: Socket, script: Script, hellos: Hello[]): Peer {
  reader.int();
  const lastZxidSeen = reader.long();
  reader.int();
  const hello = { lastZxidSeen, sessionId: reader.long(), password: String(reader.buffer()) };
  hellos.push(hello);
  const greeting = script.greet ? script.greet(hello) : GREETING;
  if (greeting === 'hang up') socket.destroy();
  else if (greeting !== 'keep silent') {
    const { timeoutMs, sessionId, password } = greeting;
    const writer = new JuteWriter().int(0).int(timeoutMs).long(sessionId);
    socket.write(writer.buffer(Buffer.from(password)).frame());
  }
  return {
    socket,
    hello,
    reply: (xid, zxid, error, write) => {
      const writer = new JuteWriter().int(xid).long(zxid).int(error);
      write?.(writer);
      socket.write(writer.frame());
    },
  };
}

function handle(reader: JuteReader, script: Script, peer: Peer): void {
  const request = { xid: reader.int(), type: reader.int(), body: reader };
  if (request.type === PING) peer.reply(request.xid, 0n, 0);
  else if (request.type !== CLOSE_SESSION) script.onRequest(request, peer);
}
