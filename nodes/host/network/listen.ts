import type net from 'node:net';

/** Resolves when the server listens there; rejects where the address cannot be had. */
export function listen(server: net.Server, address: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
}
