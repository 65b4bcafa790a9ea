import { createServer } from 'node:net';

/**
 * Below what Linux (32768) and macOS (49152) give to outgoing connections: the port of a killed node
 * stays free for its restart, and a connection attempt to it can never end up connected to itself.
 */
const FIRST_PORT = 12_000;
const PORT_COUNT = 18_000;

/** Ports that clusters of this process have taken, among them those of nodes that are down now. */
const taken = new Set<number>();

/**
 * Ports on 127.0.0.1 that nobody listens on now. They stay reserved within this process until
 * `releasePorts`; against other processes only the pid spreads them. Throws where too few are free.
 */
export async function reservePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  // Consecutive pids start 61 ports apart: two runs that begin at once seldom meet.
  const start = (process.pid * 61) % PORT_COUNT;
  for (let step = 0; step < PORT_COUNT && ports.length < count; step++) {
    const port = FIRST_PORT + ((start + step) % PORT_COUNT);
    if (taken.has(port)) continue;
    taken.add(port);
    if (await isFree(port)) ports.push(port);
    else taken.delete(port);
  }
  if (ports.length === count) return ports;
  releasePorts(ports);
  throw new Error(`Found ${ports.length} free ports on 127.0.0.1 where ${count} are needed.`);
}

/** Lets other clusters of this process have these ports. */
export function releasePorts(ports: readonly number[]): void {
  for (const port of ports) taken.delete(port);
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
