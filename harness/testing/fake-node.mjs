// A node that keeps what it is given and can be probed; it speaks as our real nodes do.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

process.on('SIGINT', () => {});
process.on('SIGTERM', () => process.exit(0));
process.stdin.on('end', () => process.exit(0));

createInterface({ input: process.stdin }).once('line', (line) => run(JSON.parse(line)));

function run(setup) {
  console.log(`${setup.name} starts`);
  const file = join(setup.dataDirectory, 'lines');
  const seen = new Set();
  const peers = new Map(setup.peers.map((peer) => [peer.name, dialer(peer)]));

  const failed = (error) => {
    console.log(String(error));
    process.exit(error.code === 'EADDRINUSE' ? 98 : 1);
  };
  const peerServer = createServer((socket) => {
    const lines = createInterface({ input: socket });
    lines.on('line', (id) => seen.add(id)).on('error', () => {});
    socket.on('error', () => {});
  });
  peerServer.on('error', failed).listen(setup.peerAddress.port, setup.peerAddress.host);

  const lines = () =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const routes = {
    '/status': () => ({
      name: setup.name,
      isLeader: setup.name === 'n1',
      term: 1,
      pid: process.pid,
    }),
    '/append': (body) => (appendFileSync(file, `${body.line}\n`), {}),
    '/lines': () => lines(),
    '/crash': () => (console.log('going down'), process.exit(3)),
    '/silence': () => new Promise(() => {}),
    '/probe': ({ to, id }) => ({ sent: peers.get(to)(id) }),
    '/probe-seen': async ({ id, waitMs }) => {
      const end = Date.now() + waitMs;
      while (!seen.has(id) && Date.now() < end) await new Promise((done) => setTimeout(done, 5));
      return { seen: seen.has(id) };
    },
  };
  const server = createHttpServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const route = routes[request.url];
    const body = route ? await route(text === '' ? null : JSON.parse(text)) : null;
    response.writeHead(route ? 200 : 404).end(JSON.stringify(body));
  });
  server.on('error', failed).listen(setup.clientAddress.port, setup.clientAddress.host);
}

/** One outgoing connection, made anew when it is needed again. */
function dialer({ host, port }) {
  let socket;
  return (line) => {
    if (!socket || socket.destroyed) {
      socket = connect({ host, port });
      socket.on('error', () => {});
      socket.on('end', () => socket.destroy());
      socket.resume();
    }
    return socket.write(`${line}\n`);
  };
}
